import { Download, Heart } from 'lucide-react'
import { memo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { FitEstimate } from '../../../shared/domain/fit.ts'
import type { CatalogueModel, HubId, HubModel } from '../../../shared/domain/hubs.ts'
import { FitBadge } from '../../components/fit/fit-badge.tsx'
import { cn } from '../../lib/cn.ts'
import { useFormat } from '../../lib/format.ts'
import { formatContext, formatLanguages, formatLicence, formatParameters } from '../../lib/model-words.ts'
import { Link } from '../../lib/router.ts'
import type { CatalogueFit } from '../../lib/state/fit.ts'

interface RowFrameProps {
  hub: HubId
  repo: string
  selected: boolean
  title: string
  size: string
  estimate: FitEstimate | null
  description: string
  /** Short facts, the important ones first. */
  children: ReactNode
}

function RowFrame({ hub, repo, selected, title, size, estimate, description, children }: RowFrameProps) {
  return (
    <Link
      to={{ page: 'discover', hub, repo }}
      aria-current={selected ? 'true' : undefined}
      className={cn(
        'relative flex flex-col gap-1 border-b border-line px-4 py-3 -outline-offset-2 transition-colors hover:bg-tint',
        selected && 'bg-tint before:absolute before:inset-y-0 before:start-0 before:w-0.5 before:bg-ember',
      )}
    >
      <span className="flex items-start gap-2">
        <span className="flex min-w-0 grow flex-wrap items-baseline gap-x-2 py-0.5">
          <span className="min-w-0 font-semibold wrap-anywhere">{title}</span>
          {/* Many titles say their size already. */}
          {!/\d[BM]\b/i.test(title) && <span className="shrink-0 text-sm text-ink-3">{size}</span>}
        </span>
        {estimate !== null && <FitBadge verdict={estimate.verdict} speed={estimate.speed} />}
      </span>
      <span className="truncate text-sm text-ink-2">{description}</span>
      <span className={cn('tabular flex flex-wrap gap-x-3 gap-y-0.5 text-xs', selected ? 'text-ink-2' : 'text-ink-3')}>
        {children}
      </span>
    </Link>
  )
}

/** The first languages of a model that a row has room for, by name. */
const SHOWN_LANGUAGES = 2

/** A curated model in the list. */
export function CatalogueRow({
  model,
  fit,
  hub,
  repo,
  selected,
}: {
  model: CatalogueModel
  fit: CatalogueFit | null
  hub: HubId
  repo: string
  selected: boolean
}) {
  const { t, i18n } = useTranslation('discover')
  const { bytes } = useFormat()
  const variant = model.variants.find(({ id }) => id === fit?.variantId) ?? model.variants[0]
  const languages = formatLanguages(model.languages.slice(0, SHOWN_LANGUAGES), i18n.language)
  const more = model.languages.length - SHOWN_LANGUAGES
  return (
    <RowFrame
      hub={hub}
      repo={repo}
      selected={selected}
      title={model.title}
      size={formatParameters(model.parameters)}
      estimate={fit?.estimate ?? null}
      description={t(`strength.${model.strength}`)}
    >
      {variant !== undefined && <span>{t('row.about', { size: bytes(variant.sizeBytes) })}</span>}
      <span>{formatLicence(model.licence)}</span>
      <span>{more > 0 ? t('row.moreLanguages', { languages, count: more }) : languages}</span>
      <span>{formatContext(model.contextLength)}</span>
    </RowFrame>
  )
}

/** A model that a hub found. */
export const ResultRow = memo(function ResultRow({
  model,
  estimate,
  selected,
}: {
  model: HubModel
  estimate: FitEstimate | null
  selected: boolean
}) {
  const { t } = useTranslation('discover')
  const { number, date } = useFormat()
  return (
    <RowFrame
      hub={model.hub}
      repo={model.repo}
      selected={selected}
      title={model.title}
      size={model.parameters === null ? '' : formatParameters(model.parameters)}
      estimate={estimate}
      description={[model.author, ...model.types.map((type) => t(`type.${type}`))].filter(Boolean).join(' · ')}
    >
      {model.gated !== 'open' && <span className="text-warn">{t('row.gated')}</span>}
      {model.downloads !== null && (
        <span className="inline-flex items-center gap-1">
          <Download role="img" aria-label={t('row.downloads')} className="size-3" strokeWidth={1.75} />
          {number(model.downloads)}
        </span>
      )}
      {model.likes !== null && (
        <span className="inline-flex items-center gap-1">
          <Heart role="img" aria-label={t('row.likes')} className="size-3" strokeWidth={1.75} />
          {number(model.likes)}
        </span>
      )}
      {model.licence !== null && <span>{formatLicence(model.licence)}</span>}
      {model.updatedAt !== null && <span>{date(model.updatedAt)}</span>}
    </RowFrame>
  )
})
