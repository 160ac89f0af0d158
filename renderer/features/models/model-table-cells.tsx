import { Brain, type LucideIcon, MessageSquare, Sparkles, Wrench } from 'lucide-react'
import { memo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { LoadedModel } from '../../../shared/domain/engines.ts'
import type { Model } from '../../../shared/domain/models.ts'
import { quantizationWords } from '../../components/fit/quantization-words.ts'
import { cn } from '../../lib/cn.ts'
import { useFormat } from '../../lib/format.ts'
import { formatContext, formatParameters } from '../../lib/model-words.ts'
import { Link } from '../../lib/router.ts'
import { capabilitiesOf, type Capability } from './capabilities.ts'
import { type Column, columnClass } from './columns.ts'
import { FavouriteButton } from './favourite-button.tsx'
import { useFit } from './fits.ts'
import { ModelBadge } from './model-state.tsx'
import { shownName } from './sort.ts'

const ICONS: Record<Capability, LucideIcon> = {
  chat: MessageSquare,
  embedding: Sparkles,
  tools: Wrench,
  thinking: Brain,
}

/** The cells of one model's row. */
export const TableCells = memo(function TableCells({ model, loaded }: { model: Model; loaded: LoadedModel | null }) {
  const { t } = useTranslation('models')
  const { bytes, date } = useFormat()
  const { facts } = model
  return (
    <>
      <Cell column="name">
        <Link
          to={{ page: 'models', name: model.name }}
          data-model={model.name}
          className="flex h-8 items-center rounded-sm -outline-offset-2"
        >
          <span className="truncate font-semibold text-ink">{shownName(model)}</span>
        </Link>
      </Cell>
      <Cell column="parameters">{formatParameters(facts.parameters)}</Cell>
      <Cell column="quantization">
        <span title={t(`quantization.${quantizationWords(facts.quantization)}`)}>{facts.quantization}</span>
      </Cell>
      <Cell column="size">{bytes(model.sizeBytes)}</Cell>
      <Cell column="context">{facts.contextLength === null ? '–' : formatContext(facts.contextLength)}</Cell>
      <Cell column="speed">
        <Speed model={model} />
      </Cell>
      <Cell column="lastUsed">{model.lastUsedAt === null ? t('never') : date(model.lastUsedAt)}</Cell>
      <Cell column="capabilities">
        <Capabilities model={model} />
      </Cell>
      <Cell column="fit">
        <ModelBadge model={model} loaded={loaded} />
      </Cell>
      <Cell column="favourite">
        <FavouriteButton
          model={model}
          className={model.favourite ? '' : 'opacity-0 group-focus-within/row:opacity-100 group-hover/row:opacity-100'}
        />
      </Cell>
    </>
  )
})

function Cell({ column, children }: { column: Column; children: ReactNode }) {
  return <td className={cn('tabular truncate px-2 text-ink-2 first:ps-4', columnClass(column))}>{children}</td>
}

/** Measured speed; before the first measurement the estimate, marked as one. */
function Speed({ model }: { model: Model }) {
  const { t } = useTranslation('models')
  const { tokensPerSecond } = useFormat()
  const fit = useFit(model)
  if (model.measured !== null) {
    return <span className="text-ink">{t('speed.value', { speed: tokensPerSecond(model.measured.decodeTps) })}</span>
  }
  if (fit?.speed == null) return '–'
  return (
    <span title={t('speed.estimateHint')} className="text-ink-3">
      {t('speed.estimate', { speed: tokensPerSecond(fit.speed.tokensPerSecond) })}
    </span>
  )
}

function Capabilities({ model }: { model: Model }) {
  const { t } = useTranslation('models')
  return (
    <span className="flex items-center gap-2">
      {capabilitiesOf(model).map((capability) => {
        const Icon = ICONS[capability]
        const word = t(`capability.${capability}`)
        return (
          <span key={capability} title={word}>
            <Icon aria-hidden="true" className="size-4" strokeWidth={1.75} />
            <span className="sr-only">{word}</span>
          </span>
        )
      })}
    </span>
  )
}
