import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { LoadedModel } from '../../../shared/domain/engines.ts'
import type { Model } from '../../../shared/domain/models.ts'
import { quantizationWords } from '../../components/fit/quantization-words.ts'
import { cn } from '../../lib/cn.ts'
import { useFormat } from '../../lib/format.ts'
import { Link } from '../../lib/router.ts'
import { formatContext, formatLicence, formatParameters } from '../../lib/model-words.ts'
import { FavouriteButton } from './favourite-button.tsx'
import { ModelBadge } from './model-state.tsx'
import { shownName } from './sort.ts'

export interface ModelRowProps {
  model: Model
  loaded: LoadedModel | null
  selected: boolean
}

/** One model in the list; choosing it opens its detail beside the list. */
export const ModelRow = memo(function ModelRow({ model, loaded, selected }: ModelRowProps) {
  const { t } = useTranslation('models')
  const { bytes } = useFormat()
  const { facts } = model
  const title = shownName(model)
  const size = formatParameters(facts.parameters)
  return (
    <div className="group/row relative border-b border-line">
      <Link
        to={{ page: 'models', name: model.name }}
        data-model={model.name}
        aria-current={selected ? 'true' : undefined}
        className={cn(
          'relative flex flex-col gap-1 px-4 py-3 outline-offset-[-2px] transition-colors hover:bg-tint',
          selected && 'bg-tint before:absolute before:inset-y-0 before:start-0 before:w-0.5 before:bg-ember',
        )}
      >
        <span className="flex items-baseline gap-2 pe-6">
          <span className="min-w-0 truncate font-semibold">{title}</span>
          {/* Many titles say their size already. */}
          {!title.toUpperCase().includes(size) && <span className="shrink-0 text-sm text-ink-3">{size}</span>}
        </span>
        {/* Where both do not fit beside each other, the badge goes below: neither is cut. */}
        <span className="flex min-h-5.5 flex-wrap items-center justify-between gap-x-2 gap-y-1">
          <span className="max-w-full truncate text-sm text-ink-2">{t(`kind.${facts.kind}.sentence`)}</span>
          <ModelBadge model={model} loaded={loaded} />
        </span>
        <span className={cn('flex flex-wrap gap-x-3 gap-y-0.5 text-xs', selected ? 'text-ink-2' : 'text-ink-3')}>
          <span className="tabular">{bytes(model.sizeBytes)}</span>
          <span title={t(`quantization.${quantizationWords(facts.quantization)}`)}>{facts.quantization}</span>
          {facts.contextLength !== null && <span title={t('contextHint')}>{formatContext(facts.contextLength)}</span>}
          <span>{t(`origin.${model.origin}.short`)}</span>
          {facts.licence !== null && <span>{formatLicence(facts.licence)}</span>}
          {model.tags.map((tag) => (
            <span key={tag} dir="auto">
              #{tag}
            </span>
          ))}
        </span>
      </Link>
      <FavouriteButton
        model={model}
        className={cn(
          'absolute end-2 top-2',
          !model.favourite && 'opacity-0 group-focus-within/row:opacity-100 group-hover/row:opacity-100',
        )}
      />
    </div>
  )
})
