import { ArrowRight, AtSign, Plus, Trash2, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../../shared/domain/models.ts'
import type { ModelAlias } from '../../../../shared/domain/server.ts'
import type { Settings } from '../../../../shared/domain/settings.ts'
import { Button } from '../../../components/ui/button.tsx'
import { Card } from '../../../components/ui/card.tsx'
import { EmptyState } from '../../../components/ui/empty-state.tsx'
import { IconButton } from '../../../components/ui/icon-button.tsx'
import { Select } from '../../../components/ui/select.tsx'
import { snippetModel } from '../address.ts'
import { SettingRow } from '../setting-row.tsx'
import { useChangeServer } from '../use-change.ts'
import { useListSetting } from '../use-list-setting.ts'
import { AliasName } from './alias-name.tsx'
import { aliasProblem, isSameName, USUAL_NAMES } from './alias-problem.ts'

export interface AliasesTabProps {
  settings: Settings
  models: readonly Model[]
  local: boolean
}

/** Names that programs insist on, each for a model that is here, and what any other unknown name does. */
export function AliasesTab({ settings, models, local }: AliasesTabProps) {
  const { t } = useTranslation('server')
  const change = useChangeServer()
  const { unknownModel } = settings.server
  const [aliases, save] = useListSetting(settings.server.aliases, (next) => ({ aliases: next }))
  // A name that is being typed; it counts from the moment on in which it is one.
  const [adding, setAdding] = useState(false)
  const usual = USUAL_NAMES.filter((name) => !aliases.some((alias) => isSameName(alias.name, name)))
  const model = snippetModel(models, settings.chatModel)
  const add = (name: string | null) => {
    setAdding(false)
    if (name !== null && name.trim() !== '') save([...aliases, { name: name.trim(), model }])
  }
  const replace = (place: number, alias: ModelAlias) =>
    save(aliases.map((other, index) => (index === place ? alias : other)))
  return (
    <>
      <Card role="group" aria-label={t('aliases.title')}>
        <div className="flex min-h-12.5 flex-wrap items-center gap-x-3 gap-y-1 py-2 ps-4 pe-3">
          <h2 className="text-base font-semibold">{t('aliases.title')}</h2>
          <p className="min-w-0 flex-1 basis-64 text-sm text-ink-3">{t('aliases.hint')}</p>
          {local && aliases.length > 0 && (
            <Button icon={Plus} disabled={adding} onClick={() => setAdding(true)}>
              {t('aliases.add')}
            </Button>
          )}
        </div>
        <div className="border-t border-line">
          {aliases.length === 0 && !adding && (
            <EmptyState
              icon={AtSign}
              title={t('aliases.empty')}
              description={t('aliases.emptyHint')}
              action={
                local && (
                  <Button icon={Plus} onClick={() => setAdding(true)}>
                    {t('aliases.add')}
                  </Button>
                )
              }
            />
          )}
          {(aliases.length > 0 || adding) && (
            <ul className="divide-y divide-line">
              {aliases.map((alias, place) => (
                <AliasRow
                  key={`${place} ${alias.name}`}
                  alias={alias}
                  problem={aliasProblem(aliases, place, models)}
                  models={models}
                  disabled={!local}
                  onChange={(next) => replace(place, next)}
                  onRemove={() => save(aliases.filter((_, index) => index !== place))}
                />
              ))}
              {adding && (
                <li className="px-4 py-2.5">
                  <AliasName label={t('aliases.name')} value="" autoFocus onDone={add} />
                </li>
              )}
            </ul>
          )}
          {local && usual.length > 0 && (
            <div className="flex flex-wrap items-center gap-1.5 border-t border-line px-4 py-2.5">
              <span className="me-1 text-sm text-ink-3">{t('aliases.usual')}</span>
              {usual.map((name) => (
                <Button key={name} size="sm" aria-label={t('aliases.addNamed', { name })} onClick={() => add(name)}>
                  <code className="font-mono text-xs font-normal">{name}</code>
                </Button>
              ))}
            </div>
          )}
        </div>
      </Card>
      <Card>
        <SettingRow
          label={t('unknown.label')}
          hint={t(`unknown.hint.${unknownModel}`)}
          control={
            <Select
              label={t('unknown.label')}
              value={unknownModel}
              disabled={!local}
              onValueChange={(next) => change({ unknownModel: next })}
              options={[
                { value: 'refuse', label: t('unknown.refuse') },
                { value: 'usual', label: t('unknown.usual') },
              ]}
            />
          }
        />
      </Card>
    </>
  )
}

interface AliasRowProps {
  alias: ModelAlias
  problem: ReturnType<typeof aliasProblem>
  models: readonly Model[]
  disabled: boolean
  onChange: (alias: ModelAlias) => void
  onRemove: () => void
}

function AliasRow({ alias, problem, models, disabled, onChange, onRemove }: AliasRowProps) {
  const { t } = useTranslation('server')
  const { name, model } = alias
  const names = models.map((known) => known.name)
  const options = names.includes(model) ? names : [model, ...names]
  return (
    <li className="flex flex-col gap-1.5 py-2.5 ps-4 pe-2.5">
      <div className="flex flex-wrap items-center gap-2">
        <AliasName
          label={t('aliases.nameOf', { name })}
          value={name}
          disabled={disabled}
          onDone={(next) => {
            if (next !== null && next.trim() !== '' && next.trim() !== name) onChange({ name: next.trim(), model })
          }}
        />
        <ArrowRight aria-hidden="true" className="size-4 shrink-0 text-ink-3" strokeWidth={1.75} />
        <Select
          label={t('aliases.modelOf', { name })}
          value={model}
          disabled={disabled}
          onValueChange={(next) => onChange({ name, model: next })}
          options={options.map((value) => ({ value, label: value }))}
        />
        <IconButton
          icon={Trash2}
          size="sm"
          className="ms-auto"
          label={t('aliases.remove', { name })}
          disabled={disabled}
          onClick={onRemove}
        />
      </div>
      {problem !== null && (
        <p className="flex items-start gap-1.5 text-sm text-warn">
          <TriangleAlert aria-hidden="true" className="mt-px size-4 shrink-0" strokeWidth={1.75} />
          {t(`aliases.problem.${problem}`, { name, model })}
        </p>
      )}
    </li>
  )
}
