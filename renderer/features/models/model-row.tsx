import { useTranslation } from 'react-i18next'
import type { LoadedModel } from '../../../shared/domain/engines.ts'
import type { Model } from '../../../shared/domain/models.ts'
import { Tooltip } from '../../components/ui/tooltip.tsx'
import { cn } from '../../lib/cn.ts'
import { useFormat } from '../../lib/format.ts'
import { Link } from '../../lib/router.ts'
import { formatContext, formatLicence } from './facts.ts'
import { ModelStateBadge } from './model-state.tsx'
import { formatParameters } from './parameters.ts'
import { quantizationWords } from './quantization.ts'

export interface ModelRowProps {
  model: Model
  loaded: LoadedModel | null
  selected: boolean
}

/** One model in the list; choosing it opens its detail beside the list. */
export function ModelRow({ model, loaded, selected }: ModelRowProps) {
  const { t } = useTranslation('models')
  const { bytes } = useFormat()
  const { facts } = model
  const title = facts.title ?? model.name
  const size = formatParameters(facts.parameters)
  return (
    <li className="border-b border-line">
      <Link
        to={{ page: 'models', name: model.name }}
        aria-current={selected ? 'true' : undefined}
        className={cn(
          'relative flex flex-col gap-1 px-4 py-3 outline-offset-[-2px] transition-colors hover:bg-tint',
          selected && 'bg-tint before:absolute before:inset-y-0 before:start-0 before:w-0.5 before:bg-ember',
        )}
      >
        <span className="flex items-baseline gap-2">
          <span className="min-w-0 truncate font-semibold">{title}</span>
          {/* Many titles say their size already. */}
          {!title.toUpperCase().includes(size) && <span className="shrink-0 text-sm text-ink-3">{size}</span>}
        </span>
        <span className="flex min-h-5.5 items-center gap-2">
          <span className="min-w-0 flex-1 truncate text-sm text-ink-2">{t(`kind.${facts.kind}.sentence`)}</span>
          <ModelStateBadge model={model} loaded={loaded} />
        </span>
        <span className={cn('flex flex-wrap gap-x-3 gap-y-0.5 text-xs', selected ? 'text-ink-2' : 'text-ink-3')}>
          <span>{bytes(model.sizeBytes)}</span>
          <Tooltip content={t(`quantization.${quantizationWords(facts.quantization)}`)}>
            <span>{facts.quantization}</span>
          </Tooltip>
          {facts.contextLength !== null && (
            <Tooltip content={t('contextHint')}>
              <span>{formatContext(facts.contextLength)}</span>
            </Tooltip>
          )}
          <span>{t(`origin.${model.origin}.short`)}</span>
          {facts.licence !== null && <span>{formatLicence(facts.licence)}</span>}
        </span>
      </Link>
    </li>
  )
}
