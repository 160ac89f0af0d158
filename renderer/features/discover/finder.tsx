import { Download, Sparkles, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { type CatalogueModel, HubId } from '../../../shared/domain/hubs.ts'
import { catalogueCandidates } from '../../components/fit/candidates.ts'
import { Button } from '../../components/ui/button.tsx'
import { ErrorState } from '../../components/ui/error-state.tsx'
import { Select } from '../../components/ui/select.tsx'
import { formatLicence } from '../../lib/model-words.ts'
import type { Live } from '../../lib/live.ts'
import { useCatalogueFits } from '../../lib/state/fit.ts'
import { CatalogueList, ScenarioChips } from './catalogue-list.tsx'
import { ChineseBanner } from './chinese-banner.tsx'
import { FilterButton } from './filter-button.tsx'
import { ListSkeleton } from './list-skeleton.tsx'
import { activeFilters, type DiscoverQuery, type Filter, hasChinese, pullName, viewOf, withoutFilter } from './query.ts'
import { ResultList } from './result-list.tsx'
import { SearchField } from './search-field.tsx'
import { useNamePull } from './use-name-pull.ts'

export interface FinderProps {
  catalogue: Live<CatalogueModel[]>
  query: DiscoverQuery
  onChange: (patch: Partial<DiscoverQuery>) => void
  selected: { hub: HubId; repo: string } | null
  /** The curated model that is selected. */
  curated: CatalogueModel | null
}

/** Where a model is looked for: by what it is for, or by name at a hub. */
export function Finder({ catalogue, query, onChange, selected, curated }: FinderProps) {
  const { t, i18n } = useTranslation('discover')
  const models = catalogue.value
  const fits = useCatalogueFits(models, catalogueCandidates)
  const view = viewOf(query)
  const chinese = i18n.language.startsWith('zh') || hasChinese(query.text)
  const name = pullName(query.text, query.hub)
  const banner = chinese && models !== null ? <ChineseBanner models={models} /> : null

  return (
    <>
      <div className="flex flex-col gap-2 border-b border-line p-3">
        <SearchField
          value={query.text}
          placeholder={query.hub === 'ollama' ? t('search.byName') : t('search.at', { hub: t(`hub.${query.hub}`) })}
          onSearch={(text) => onChange({ text })}
        />
        <div className="flex items-center justify-between gap-2">
          <Select
            label={t('hub.label')}
            value={query.hub}
            onValueChange={(hub) => onChange({ hub })}
            options={HubId.options.map((value) => ({ value, label: t(`hub.${value}`) }))}
          />
          <FilterButton query={query} onChange={onChange} />
        </div>
        <ActiveFilters query={query} onChange={onChange} />
      </div>
      {view === 'search' && (
        <ResultList query={query} selected={selected}>
          {banner}
          {name !== null && <NamePull name={name} />}
          {query.text.trim() === '' && <BackToPicks onChange={onChange} />}
        </ResultList>
      )}
      {view !== 'search' && (
        <div className="min-h-0 grow overflow-y-auto">
          {banner}
          {view === 'curated' && <ScenarioChips chosen={query.scenario} />}
          {view === 'names' && name !== null && <NamePull name={name} />}
          {view === 'names' && (
            <p className="border-b border-line p-4 text-sm leading-prose text-ink-2">{t('pull.noSearch')}</p>
          )}
          {models === null && catalogue.error === null && <ListSkeleton />}
          {models === null && catalogue.error !== null && <ErrorState error={catalogue.error} />}
          {models !== null && <CatalogueList models={models} fits={fits} query={query} selected={curated} />}
        </div>
      )}
    </>
  )
}

function ActiveFilters({ query, onChange }: Pick<FinderProps, 'query' | 'onChange'>) {
  const { t } = useTranslation('discover')
  const filters = activeFilters(query)
  if (filters.length === 0) return null
  const word = (filter: Filter): string => {
    switch (filter) {
      case 'size':
        return query.size === null ? '' : t(`filter.sizes.${query.size}`)
      case 'type':
        return query.type === null ? '' : t(`type.${query.type}`)
      case 'licence':
        return query.licence === null ? '' : formatLicence(query.licence)
      case 'runsWellHere':
        return t('filter.runsWellHere')
    }
  }
  return (
    <ul aria-label={t('filter.active')} className="flex flex-wrap gap-1.5">
      {filters.map((filter) => (
        <li key={filter}>
          <button
            type="button"
            aria-label={t('filter.remove', { name: word(filter) })}
            className="inline-flex h-7 items-center gap-1.5 rounded-md border border-line bg-surface px-2 text-xs text-ink transition-colors select-none hover:border-line-strong hover:bg-tint"
            onClick={() => onChange(withoutFilter(query, filter))}
          >
            {word(filter)}
            <X aria-hidden="true" className="size-3.5 text-ink-3" strokeWidth={1.75} />
          </button>
        </li>
      ))}
    </ul>
  )
}

function NamePull({ name }: { name: string }) {
  const { t } = useTranslation('discover')
  const { busy, pull } = useNamePull()
  return (
    <HeadRow>
      <p className="min-w-0 text-sm text-ink-2">{t('pull.hint')}</p>
      <Button size="sm" icon={Download} busy={busy} className="max-w-full self-start" onClick={() => pull(name)}>
        <span className="truncate">{t('pull.action', { name })}</span>
      </Button>
    </HeadRow>
  )
}

function BackToPicks({ onChange }: Pick<FinderProps, 'onChange'>) {
  const { t } = useTranslation('discover')
  return (
    <HeadRow>
      <Button
        variant="ghost"
        size="sm"
        icon={Sparkles}
        className="-mx-1 self-start"
        onClick={() => onChange({ browse: false })}
      >
        {t('catalogue.back')}
      </Button>
    </HeadRow>
  )
}

function HeadRow({ children }: { children: ReactNode }) {
  return <div className="flex flex-col gap-2 border-b border-line px-4 py-3">{children}</div>
}
