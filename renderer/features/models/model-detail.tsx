import { AlertTriangle, ArrowLeft, FileText, Info, MessageSquare, Sparkles } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { EnginesState } from '../../../shared/domain/engines.ts'
import type { ErrorInfo } from '../../../shared/domain/errors.ts'
import type { Model } from '../../../shared/domain/models.ts'
import { Badge } from '../../components/ui/badge.tsx'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { useErrorText } from '../../lib/errors.ts'
import { useSettings } from '../../lib/state/settings.ts'
import { useSystemInfo } from '../../lib/state/system.ts'
import { formatContext, formatLicence } from './facts.ts'
import { loadedModel, usedForNewChats } from './loaded.ts'
import { ModelActionBar } from './model-actions.tsx'
import { ModelFacts } from './model-facts.tsx'
import { ModelFileActions } from './model-file-actions.tsx'
import { ModelMemory } from './model-memory.tsx'
import { ModelStateBadge } from './model-state.tsx'
import { formatParameters } from './parameters.ts'
import { useModelActions } from './use-model-actions.ts'

export interface ModelDetailProps {
  model: Model
  engines: EnginesState | null
  /** Set where the detail covers the list. */
  onBack?: (() => void) | undefined
}

/** One model: what it is, whether it is in memory, what can be done with it. */
export function ModelDetail({ model, engines, onBack }: ModelDetailProps) {
  const { t } = useTranslation('models')
  const settings = useSettings().value
  const system = useSystemInfo().value
  const loaded = loadedModel(engines, model)
  const actions = useModelActions(model, loaded)
  const { facts } = model
  const failure = actions.error ?? (loaded?.state === 'failed' ? loaded.error : null)
  return (
    <article aria-label={facts.title ?? model.name} className="@container flex max-w-3xl flex-col gap-4 p-6">
      <header className="flex items-start gap-2">
        {onBack !== undefined && <IconButton icon={ArrowLeft} label={t('action.back')} onClick={onBack} autoFocus />}
        <div className="min-w-0 flex-1">
          <h2 className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xl font-semibold">
            <span className="min-w-0 break-words">{facts.title ?? model.name}</span>
            <ModelStateBadge model={model} loaded={loaded} />
          </h2>
          <p className="mt-1 text-ink-2">
            <code className="font-mono text-sm">{model.name}</code> · {t(`kind.${facts.kind}.sentence`)}
          </p>
        </div>
        <ModelFileActions model={model} system={system} actions={actions} />
      </header>
      <div className="flex flex-wrap gap-1.5">
        {facts.parameters > 0 && (
          <Badge tone="neutral">{t('badge.parameters', { count: formatParameters(facts.parameters) })}</Badge>
        )}
        {facts.contextLength !== null && (
          <Badge tone="neutral">{t('badge.context', { tokens: formatContext(facts.contextLength) })}</Badge>
        )}
        <Badge tone="neutral" icon={facts.kind === 'chat' ? MessageSquare : Sparkles}>
          {t(`kind.${facts.kind}.word`)}
        </Badge>
        {facts.licence !== null && (
          <Badge tone="neutral" icon={FileText}>
            {formatLicence(facts.licence)}
          </Badge>
        )}
        <Badge tone="neutral">{t(`origin.${model.origin}.short`)}</Badge>
      </div>
      {model.problem !== null && <Problem info={model.problem} />}
      {failure !== null && <Problem info={failure} />}
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
        system={system}
        actions={actions}
      />
      {model.problem === null && <ModelMemory model={model} loaded={loaded} engines={engines} />}
      <ModelFacts model={model} loaded={loaded} />
    </article>
  )
}

function Problem({ info }: { info: ErrorInfo }) {
  const { title, suggestion } = useErrorText()(info)
  return (
    <div role="alert" className="flex items-start gap-3 rounded-lg bg-bad-soft p-4">
      <AlertTriangle aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" strokeWidth={1.75} />
      <div className="min-w-0 break-words">
        <p className="font-semibold">{title}</p>
        {suggestion !== undefined && <p className="mt-0.5 text-ink-2">{suggestion}</p>}
      </div>
    </div>
  )
}
