import { Menu } from '@base-ui/react/menu'
import { Box, Check, ChevronDown, CircleMinus, Play, Settings2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { LoadedModel } from '../../shared/domain/engines.ts'
import type { Model } from '../../shared/domain/models.ts'
import { cn } from '../lib/cn.ts'
import { useFormat } from '../lib/format.ts'
import { modelTitle } from '../lib/model-title.ts'
import { navigate } from '../lib/router.ts'
import { useEngines } from '../lib/state/engines.ts'
import type { ModelChoice } from './composer/use-model-choice.ts'
import { POPUP } from './ui/popup.ts'
import { useCall } from './use-call.ts'

export interface ModelMenuProps {
  choice: ModelChoice
  /** `bar` has a border, as in a page's head. */
  look: 'plain' | 'bar'
  onChoose: (name: string) => void
}

/** Which model answers, how far it is loaded, and the others to choose from. */
export function ModelMenu({ choice, look, onChoose }: ModelMenuProps) {
  const { t } = useTranslation('chat')
  const { model, models, loaded } = choice
  const engines = useEngines().value?.models ?? []
  const call = useCall()
  if (models === null) return null
  const name = model === null ? t('model.choose') : modelTitle(model)
  const inMemory = loaded?.state === 'ready' || loaded?.state === 'loading'

  return (
    <Menu.Root modal={false}>
      <Menu.Trigger
        aria-label={t('model.label', { name })}
        className={cn(
          'inline-flex h-8 min-w-0 items-center gap-2 rounded-md px-2 text-sm text-ink-2 transition-colors select-none hover:bg-tint hover:text-ink data-popup-open:bg-tint',
          look === 'bar' && 'border border-line bg-surface px-3 text-ink hover:border-line-strong',
        )}
      >
        <Box aria-hidden="true" className="size-4 shrink-0" strokeWidth={1.75} />
        <span className="truncate font-semibold">{name}</span>
        {model !== null && <ModelNote model={model} loaded={loaded} />}
        <ChevronDown aria-hidden="true" className="size-3.5 shrink-0" strokeWidth={1.75} />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner
          sideOffset={4}
          align={look === 'bar' ? 'end' : 'start'}
          collisionPadding={8}
          className="z-50 outline-none"
        >
          <Menu.Popup className={cn(POPUP, 'max-h-(--available-height) min-w-64 overflow-y-auto')}>
            <Menu.RadioGroup value={model?.name ?? ''} onValueChange={(value: string) => onChoose(value)}>
              {models.map((entry) => (
                <ModelItem
                  key={entry.name}
                  model={entry}
                  loaded={engines.find((engine) => engine.model === entry.name)}
                />
              ))}
            </Menu.RadioGroup>
            <Menu.Separator className="my-1 h-px bg-line" />
            {model !== null && !inMemory && model.problem === null && (
              <Action
                icon={Play}
                label={t('model.load')}
                onSelect={() => call((client) => client.engines.load({ model: model.name }))}
              />
            )}
            {model !== null && inMemory && (
              <Action
                icon={CircleMinus}
                label={t('model.unload')}
                onSelect={() => call((client) => client.engines.unload({ model: model.name }))}
              />
            )}
            <Action icon={Settings2} label={t('model.manage')} onSelect={() => navigate({ page: 'models' })} />
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

/** One short fact about the model: where its load stands, else that it came with Hearth, else its quantization. */
function ModelNote({ model, loaded }: { model: Model; loaded: LoadedModel | undefined }) {
  const { t } = useTranslation('chat')
  const format = useFormat()
  if (model.problem !== null) return <span className="text-bad">{t('model.problem')}</span>
  if (loaded?.state === 'loading') {
    return (
      <span role="status" className="tabular text-ember">
        {t('model.loading', { percent: format.number(loaded.progress * 100) })}
      </span>
    )
  }
  const note = model.origin === 'starter' ? t('model.included') : model.facts.quantization
  // A file's name often holds its quantization already.
  if (modelTitle(model).includes(note)) return null
  return <span className="truncate font-normal text-ink-3">{note}</span>
}

function ModelItem({ model, loaded }: { model: Model; loaded: LoadedModel | undefined }) {
  const { t } = useTranslation('chat')
  const format = useFormat()
  const facts = [model.facts.quantization, format.bytes(model.sizeBytes)]
  if (model.problem !== null) facts.push(t('model.problem'))
  else if (loaded?.state === 'ready') facts.push(t('model.loaded'))
  else if (loaded?.state === 'loading')
    facts.push(t('model.loading', { percent: format.number(loaded.progress * 100) }))
  return (
    <Menu.RadioItem
      value={model.name}
      closeOnClick
      className="flex min-h-10 items-center gap-3 rounded-sm px-2 py-1.5 outline-none select-none data-highlighted:bg-tint"
    >
      <span className="flex min-w-0 grow flex-col gap-0.5">
        <span className="truncate text-sm font-semibold">{modelTitle(model)}</span>
        <span className="tabular truncate text-xs text-ink-3">{facts.join(' · ')}</span>
      </span>
      <Menu.RadioItemIndicator>
        <Check aria-hidden="true" className="size-4 text-ember" strokeWidth={1.75} />
      </Menu.RadioItemIndicator>
    </Menu.RadioItem>
  )
}

function Action({ icon: Icon, label, onSelect }: { icon: typeof Play; label: string; onSelect: () => void }) {
  return (
    <Menu.Item
      onClick={onSelect}
      className="flex min-h-8 items-center gap-2.5 rounded-sm px-2 text-sm outline-none select-none data-highlighted:bg-tint"
    >
      <Icon aria-hidden="true" className="size-4 shrink-0 text-ink-2" strokeWidth={1.75} />
      {label}
    </Menu.Item>
  )
}
