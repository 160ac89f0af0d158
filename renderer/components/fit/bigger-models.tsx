import { ChevronRight } from 'lucide-react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../lib/format.ts'
import { Link } from '../../lib/router.ts'
import { useCatalogue } from '../../lib/state/catalogue.ts'
import { useCatalogueFits } from '../../lib/state/fit.ts'
import { useModels } from '../../lib/state/models.ts'
import { biggerModels, type BiggerModel } from './bigger.ts'
import { catalogueCandidates } from './candidates.ts'
import { FitBadge } from './fit-badge.tsx'

/** A few larger models that would run well here, from the list that needs no network; nothing where none would. */
export function BiggerModels() {
  const { t, i18n } = useTranslation('discover')
  const catalogue = useCatalogue().value
  const library = useModels().value
  const fits = useCatalogueFits(catalogue, catalogueCandidates)
  const language = i18n.language.startsWith('zh') ? 'zh' : null
  const bigger = useMemo(
    () =>
      catalogue === null || library === null || fits === null ? [] : biggerModels(catalogue, fits, library, language),
    [catalogue, fits, library, language],
  )
  if (bigger.length === 0) return null
  return (
    <section aria-labelledby="bigger-title" className="flex animate-appear flex-col gap-2.5">
      <div className="flex items-baseline justify-between gap-3">
        <h2 id="bigger-title" className="text-sm font-semibold">
          {t('bigger.title')}
        </h2>
        <Link to={{ page: 'discover' }} className="rounded-sm text-sm whitespace-nowrap text-ember-ink hover:underline">
          {t('bigger.all')}
        </Link>
      </div>
      <ul className="flex flex-col gap-2">
        {bigger.map((each) => (
          <li key={each.model.name}>
            <Row {...each} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Row({ model, fit }: BiggerModel) {
  const { t } = useTranslation('discover')
  const { bytes, number } = useFormat()
  const source = model.sources[0]
  const variant = model.variants.find(({ id }) => id === fit.variantId)
  if (source === undefined || variant === undefined) return null
  const { speed } = fit.estimate
  return (
    <Link
      to={{ page: 'discover', ...source }}
      className="group flex items-center gap-4 rounded-lg border border-line bg-surface px-4 py-3 transition-colors hover:border-line-strong hover:bg-tint"
    >
      <span className="flex min-w-0 grow flex-col gap-0.5">
        <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <span className="font-semibold">{model.title}</span>
          <FitBadge verdict={fit.estimate.verdict} speed={fit.estimate.speed} />
        </span>
        <span className="text-sm text-ink-2">{t(`strength.${model.strength}`)}</span>
      </span>
      <span className="tabular flex shrink-0 flex-col text-end text-sm text-ink-2">
        <span>{t('row.about', { size: bytes(variant.sizeBytes) })}</span>
        {speed !== null && (
          <span className="text-ink-3">
            {t('bigger.speed', { value: number(speed.tokensPerSecond, speed.tokensPerSecond < 10 ? 1 : 0) })}
          </span>
        )}
      </span>
      <ChevronRight
        aria-hidden="true"
        className="size-4 shrink-0 text-ink-3 transition-colors group-hover:text-ember"
        strokeWidth={1.75}
      />
    </Link>
  )
}
