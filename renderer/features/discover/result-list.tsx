import { CloudOff, RotateCw, SearchX } from 'lucide-react'
import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type ListProps, Virtuoso } from 'react-virtuoso'
import { resultCandidate, resultKey } from '../../components/fit/candidates.ts'
import { Button } from '../../components/ui/button.tsx'
import { EmptyState } from '../../components/ui/empty-state.tsx'
import { ErrorState } from '../../components/ui/error-state.tsx'
import { Spinner } from '../../components/ui/spinner.tsx'
import { useErrorText } from '../../lib/errors.ts'
import { useFormat } from '../../lib/format.ts'
import { useEstimates } from '../../lib/state/fit.ts'
import { changeQuery, hubSearch } from './discover-state.ts'
import { ListSkeleton } from './list-skeleton.tsx'
import { activeFilters, type DiscoverQuery, FRESH, hubQuery } from './query.ts'
import { ResultRow } from './row.tsx'
import type { SearchState } from './search.ts'

/** Rows ahead of the end at which the next page is asked for. */
const AHEAD = 20

export interface ResultListProps {
  query: DiscoverQuery
  selected: { hub: string; repo: string } | null
  /** Stands above the first result and scrolls with it. */
  children?: ReactNode
}

/** What the hub found: as long as it goes on, the next page comes before one has read this one. */
export function ResultList({ query, selected, children }: ResultListProps) {
  const state = hubSearch.use()
  const { models, loading, error } = state
  useEffect(() => hubSearch.run(hubQuery(query)), [query])
  useEffect(() => () => hubSearch.stop(), [])

  const candidates = useMemo(() => models.flatMap((model) => resultCandidate(model) ?? []), [models])
  const estimates = useEstimates(candidates)

  if (models.length === 0) {
    return (
      <div className="min-h-0 grow overflow-y-auto">
        {children}
        {loading !== null && <ListSkeleton />}
        {error !== null && <FirstPageError state={state} query={query} />}
        {loading === null && error === null && <Nothing query={query} further={state.cursor !== null} />}
      </div>
    )
  }
  return (
    <Virtuoso
      className="min-h-0 grow"
      data={models}
      computeItemKey={(_, model) => resultKey(model)}
      defaultItemHeight={92}
      increaseViewportBy={400}
      rangeChanged={({ endIndex }) => {
        if (endIndex + AHEAD >= models.length) hubSearch.more()
      }}
      endReached={() => hubSearch.more()}
      context={{ state, head: children }}
      components={COMPONENTS}
      itemContent={(_, model) => (
        <div role="listitem">
          <ResultRow
            model={model}
            estimate={estimates.get(resultKey(model)) ?? null}
            selected={selected?.hub === model.hub && selected.repo === model.repo}
          />
        </div>
      )}
    />
  )
}

interface ListContext {
  state: SearchState
  head: ReactNode
}

function Rows({ context: _, ...props }: ListProps & { context: ListContext }) {
  const { t } = useTranslation('discover')
  return <div {...props} role="list" aria-label={t('list.results')} />
}

const COMPONENTS = {
  List: Rows,
  Header: ({ context }: { context: ListContext }) => <>{context.head}</>,
  Footer: ({ context }: { context: ListContext }) => <Foot state={context.state} />,
}

function Foot({ state }: { state: SearchState }) {
  const { t } = useTranslation('discover')
  const { number } = useFormat()
  const errorText = useErrorText()
  if (state.error !== null) {
    const { title, suggestion } = errorText(state.error)
    return (
      <div role="alert" className="flex flex-col items-start gap-2 p-4 text-sm">
        <p className="text-warn">{title}</p>
        <p className="text-ink-2">
          {t('list.kept', { count: state.models.length, formatted: number(state.models.length) })}{' '}
          {state.retryAt === null ? suggestion : <Countdown until={state.retryAt} />}
        </p>
        <Button size="sm" icon={RotateCw} onClick={hubSearch.retry}>
          {t('list.goOn')}
        </Button>
      </div>
    )
  }
  if (state.loading !== null) {
    return (
      <p className="flex items-center gap-2 p-4 text-sm text-ink-3">
        <Spinner />
        {t('list.more')}
      </p>
    )
  }
  if (state.cursor !== null) {
    return (
      <div className="p-4">
        <Button size="sm" onClick={hubSearch.more}>
          {t('list.further')}
        </Button>
      </div>
    )
  }
  return (
    <p className="p-4 text-sm text-ink-3">
      {t('list.all', { count: state.models.length, formatted: number(state.models.length) })}
    </p>
  )
}

function FirstPageError({ state, query }: { state: SearchState; query: DiscoverQuery }) {
  const { t } = useTranslation('discover')
  if (state.error === null) return null
  return (
    <>
      <ErrorState error={state.error} onRetry={hubSearch.retry} />
      <div className="flex flex-col items-center gap-3 px-6 pb-8 text-center text-sm text-ink-2">
        {state.retryAt !== null && <Countdown until={state.retryAt} />}
        <Button variant="ghost" icon={CloudOff} onClick={() => changeQuery({ ...FRESH, hub: query.hub })}>
          {t('list.offline')}
        </Button>
      </div>
    </>
  )
}

/** Seconds until the hub is asked again by itself. */
function Countdown({ until }: { until: number }) {
  const { t } = useTranslation('discover')
  const [now, setNow] = useState(Date.now)
  const seconds = Math.max(0, Math.ceil((until - now) / 1000))
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [])
  const over = seconds === 0
  useEffect(() => {
    if (over) hubSearch.retry()
  }, [over])
  return <span className="tabular">{t('list.countdown', { count: seconds })}</span>
}

function Nothing({ query, further }: { query: DiscoverQuery; further: boolean }) {
  const { t } = useTranslation('discover')
  const filtered = activeFilters(query).length > 0
  const text = query.text.trim()
  return (
    <EmptyState
      icon={SearchX}
      title={text === '' ? t('list.nothingAtAll') : t('list.nothing', { query: text })}
      description={t(filtered ? 'list.nothingFiltered' : 'list.nothingHint')}
      action={
        further ? (
          <Button onClick={hubSearch.more}>{t('list.further')}</Button>
        ) : filtered ? (
          <Button onClick={() => changeQuery({ size: null, type: null, licence: null, runsWellHere: false })}>
            {t('filter.clearAll')}
          </Button>
        ) : (
          <Button onClick={() => changeQuery({ text: '', browse: false })}>{t('search.clear')}</Button>
        )
      }
    />
  )
}
