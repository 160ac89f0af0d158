import { Globe, SearchX } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { type CatalogueModel, Scenario } from '../../../shared/domain/hubs.ts'
import { runsWell } from '../../components/fit/fit-badge.tsx'
import { Button } from '../../components/ui/button.tsx'
import { EmptyState } from '../../components/ui/empty-state.tsx'
import type { CatalogueFit } from '../../lib/state/fit.ts'
import { sourceOf } from './catalogue-source.ts'
import { changeQuery } from './discover-state.ts'
import { type DiscoverQuery, filterCatalogue } from './query.ts'
import { CatalogueRow } from './row.tsx'

/** What a person wants a model for; one or none is chosen. */
export function ScenarioChips({ chosen }: { chosen: Scenario | null }) {
  const { t } = useTranslation('discover')
  return (
    <div
      role="group"
      aria-label={t('scenario.label')}
      className="flex flex-wrap gap-1.5 border-b border-line px-3 py-2.5"
    >
      {Scenario.options.map((scenario) => (
        <button
          key={scenario}
          type="button"
          aria-pressed={chosen === scenario}
          className="h-7 rounded-full border border-line px-2.5 text-xs whitespace-nowrap text-ink-2 transition-colors select-none hover:border-line-strong hover:text-ink aria-pressed:border-ember aria-pressed:bg-ember-soft aria-pressed:text-ember-ink"
          onClick={() => changeQuery({ scenario: chosen === scenario ? null : scenario })}
        >
          {t(`scenario.${scenario}`)}
        </button>
      ))}
    </div>
  )
}

export interface CatalogueListProps {
  models: readonly CatalogueModel[]
  fits: ReadonlyMap<string, CatalogueFit> | null
  query: DiscoverQuery
  selected: CatalogueModel | null
}

/** The models that ship as a list with Hearth: they need no network to be looked through. */
export function CatalogueList({ models, fits, query, selected }: CatalogueListProps) {
  const { t } = useTranslation('discover')
  const known = (name: string): boolean => {
    const fit = fits?.get(name)
    return fit !== undefined && runsWell(fit.estimate)
  }
  const shown = filterCatalogue(models, query, fits === null ? null : known)
  return (
    <>
      {shown.length === 0 && <EmptyState icon={SearchX} title={t('catalogue.nothing')} />}
      <ul aria-label={t('list.catalogue')}>
        {shown.map((model) => {
          const source = sourceOf(model, query.hub)
          return (
            source !== null && (
              <li key={model.name}>
                <CatalogueRow
                  model={model}
                  fit={fits?.get(model.name) ?? null}
                  hub={source.hub}
                  repo={source.repo}
                  selected={model === selected}
                />
              </li>
            )
          )
        })}
      </ul>
      {query.text.trim() === '' && query.hub !== 'ollama' && (
        <div className="flex flex-col items-start gap-2 p-4">
          <p className="text-xs text-ink-3">{t('catalogue.about')}</p>
          <Button size="sm" icon={Globe} onClick={() => changeQuery({ browse: true })}>
            {t('catalogue.browse', { hub: t(`hub.${query.hub}`) })}
          </Button>
        </div>
      )}
    </>
  )
}
