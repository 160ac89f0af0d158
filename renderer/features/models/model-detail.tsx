import { ArrowLeft, Info, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { EnginesState } from '../../../shared/domain/engines.ts'
import type { Model } from '../../../shared/domain/models.ts'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { Tabs } from '../../components/ui/tabs.tsx'
import { useSettings } from '../../lib/state/settings.ts'
import { useSystemInfo } from '../../lib/state/system.ts'
import { DefaultsEditor } from './defaults/defaults-editor.tsx'
import { FavouriteButton } from './favourite-button.tsx'
import { setLibraryView, useLibraryView } from './library-view.ts'
import { loadedModel, quarantineOf, usedForNewChats } from './loaded.ts'
import { ModelActionBar } from './model-actions.tsx'
import { ModelBadges } from './model-badges.tsx'
import { ModelCheckCard } from './model-check.tsx'
import { ModelConformance } from './model-conformance.tsx'
import { ModelDialogs } from './model-dialogs.tsx'
import { ModelFacts } from './model-facts.tsx'
import { ModelFiles } from './model-files.tsx'
import { ModelMemory } from './model-memory.tsx'
import { type ModelDialog, ModelMenu } from './model-menu.tsx'
import { ModelStateBadge } from './model-state.tsx'
import { ModelQuarantine } from './model-quarantine.tsx'
import { ModelTags } from './model-tags.tsx'
import { ModelTuning } from './model-tuning.tsx'
import { Problem } from './problem.tsx'
import { canRemove, removalOf } from './removal.ts'
import { shownName } from './sort.ts'
import { UpdateLine } from './update-line.tsx'
import { exportKey, useModelActions } from './use-model-actions.ts'
import { useWork } from './work.ts'
import { WorkLine } from './work-line.tsx'

export interface ModelDetailProps {
  model: Model
  engines: EnginesState | null
  /** Set where the detail covers the list. */
  onBack?: (() => void) | undefined
  /** Set where the detail can be put away. */
  onClose?: (() => void) | undefined
}

/** One model: what it is, whether it is in memory, what can be done with it, and what requests take by default. */
export function ModelDetail({ model, engines, onBack, onClose }: ModelDetailProps) {
  const { t } = useTranslation('models')
  const settings = useSettings().value
  const system = useSystemInfo().value
  const { tab } = useLibraryView()
  const loaded = loadedModel(engines, model)
  const actions = useModelActions(model, loaded)
  const exporting = useWork(exportKey(model))
  const [dialog, setDialog] = useState<ModelDialog | null>(null)
  const { facts } = model
  const title = shownName(model)
  const failure = actions.error ?? (loaded?.state === 'failed' ? loaded.error : null)
  const quarantine = quarantineOf(engines, model)
  const removable = system?.access === 'local' && canRemove(model)
  return (
    <article aria-label={title} className="@container flex max-w-3xl flex-col gap-4 p-6">
      <header className="flex items-start gap-2">
        {onBack !== undefined && <IconButton icon={ArrowLeft} label={t('action.back')} onClick={onBack} autoFocus />}
        <div className="min-w-0 flex-1">
          <h2 className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xl font-semibold">
            <span className="min-w-0 wrap-anywhere">{title}</span>
            <ModelStateBadge model={model} loaded={loaded} />
          </h2>
          <p className="mt-1 text-ink-2">
            <code className="font-mono text-sm wrap-anywhere">{model.name}</code> · {t(`kind.${facts.kind}.sentence`)}
          </p>
        </div>
        <span className="flex shrink-0 items-center gap-1">
          <FavouriteButton model={model} className="size-8" />
          {/* A model with a problem has this button in words. */}
          {removable && model.problem === null && (
            <IconButton
              icon={Trash2}
              label={t(removalOf(model) === 'forget' ? 'action.remove' : 'action.delete')}
              onClick={() => actions.run('remove')}
            />
          )}
          <ModelMenu model={model} system={system} actions={actions} onDialog={setDialog} />
          {onClose !== undefined && <IconButton icon={X} label={t('action.close')} onClick={onClose} />}
        </span>
      </header>
      <ModelBadges model={model} />
      {model.problem !== null && <Problem info={model.problem} />}
      {quarantine !== null && <ModelQuarantine quarantine={quarantine} />}
      {failure !== null && quarantine === null && <Problem info={failure} />}
      {facts.kind === 'embedding' && (
        <p className="flex items-start gap-2 text-ink-2">
          <Info aria-hidden className="mt-0.5 size-4 shrink-0" strokeWidth={1.75} />
          {t('kind.embedding.cannotChat')}
        </p>
      )}
      <ModelActionBar
        model={model}
        loaded={loaded}
        isDefault={usedForNewChats(settings, model)}
        removable={removable}
        actions={actions}
      />
      {exporting !== null && <WorkLine work={exporting} label={t('export.running')} />}
      <UpdateLine model={model} actions={actions} />
      <div className="border-b border-line">
        <Tabs
          variant="underline"
          label={t('detail')}
          value={tab}
          onValueChange={(next) => setLibraryView({ tab: next })}
          tabs={[
            { value: 'about', label: t('detailTab.about') },
            { value: 'defaults', label: t('detailTab.defaults') },
          ]}
        />
      </div>
      {tab === 'about' ? (
        <>
          {model.problem === null && <ModelMemory model={model} loaded={loaded} engines={engines} />}
          <ModelCheckCard model={model} actions={actions} />
          {model.conformance !== null && <ModelConformance conformance={model.conformance} />}
          {model.facts.kind === 'chat' && <ModelTuning key={model.name} model={model} loaded={loaded} />}
          <ModelFacts model={model} loaded={loaded} />
          <ModelFiles model={model} />
          <ModelTags model={model} />
        </>
      ) : (
        <DefaultsEditor model={model} />
      )}
      <ModelDialogs model={model} dialog={dialog} onClose={() => setDialog(null)} />
    </article>
  )
}
