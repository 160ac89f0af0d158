import { create, type StoreApi, type UseBoundStore } from 'zustand'
import type { ErrorInfo } from '../../../shared/domain/errors.ts'
import type { HubModel, HubPage, HubQuery } from '../../../shared/domain/hubs.ts'
import { errorInfo } from '../../lib/errors.ts'

/** What a hub has answered so far. */
export interface SearchState {
  models: readonly HubModel[]
  /** Of the next page; null when all is there. */
  cursor: string | null
  total: number | null
  /** `first`: a new list is coming · `more`: its next page. */
  loading: 'first' | 'more' | null
  /** Why the last page did not come; what came before it stays. */
  error: ErrorInfo | null
  /** When it is asked again by itself, in epoch milliseconds: the hub wants patience. */
  retryAt: number | null
}

export interface Search {
  use: UseBoundStore<StoreApi<SearchState>>
  /** Starts a new list, unless this very one is there or under way. The list before it is no longer waited for. */
  run: (query: HubQuery) => void
  /** Asks for the next page. */
  more: () => void
  /** Asks again for the page that failed. */
  retry: () => void
  /** Nothing is wanted any longer; what came stays. */
  stop: () => void
}

const EMPTY: SearchState = { models: [], cursor: null, total: null, loading: null, error: null, retryAt: null }
const LONGEST_WAIT_S = 600
/** Pages without a hit that are read on by themselves; after that the person decides. */
const MOST_EMPTY = 4

/** A search that pages through a hub. `fetchPage` gets a signal that ends when another search takes its place. */
export function createSearch(
  fetchPage: (query: HubQuery, signal: AbortSignal) => Promise<HubPage>,
  now: () => number = Date.now,
): Search {
  const use = create<SearchState>()(() => EMPTY)
  let query: HubQuery | null = null
  let key = ''
  let running: AbortController | null = null
  /** Pages in a row that brought nothing. */
  let empty = 0

  const fetchNext = async (cursor: string | null): Promise<void> => {
    if (query === null) return
    const mine = new AbortController()
    running?.abort()
    running = mine
    use.setState({ loading: cursor === null ? 'first' : 'more', error: null, retryAt: null })
    try {
      const page = await fetchPage({ ...query, cursor }, mine.signal)
      if (mine.signal.aborted) return
      const before = cursor === null ? 0 : use.getState().models.length
      use.setState((state) => ({
        models: merge(cursor === null ? [] : state.models, page.models),
        // A page that leads to itself would never end.
        cursor: page.cursor === cursor ? null : page.cursor,
        total: page.total ?? state.total,
        loading: null,
      }))
      const { models, cursor: next } = use.getState()
      // Filters that a hub does not know can leave nothing of a page.
      if (models.length > before) empty = 0
      else if (next !== null && ++empty < MOST_EMPTY) void fetchNext(next)
    } catch (error) {
      if (mine.signal.aborted) return
      const info = errorInfo(error)
      use.setState((state) => ({
        models: cursor === null ? [] : state.models,
        loading: null,
        error: info,
        retryAt: retryTime(info, now()),
      }))
    }
  }

  return {
    use,
    run(next) {
      const nextKey = JSON.stringify({ ...next, cursor: null })
      const state = use.getState()
      if (nextKey === key && (state.loading !== null || (state.error === null && query !== null))) return
      const other = nextKey !== key
      key = nextKey
      query = next
      empty = 0
      if (other) use.setState({ ...EMPTY })
      void fetchNext(null)
    },
    more() {
      const { cursor, loading, error } = use.getState()
      if (cursor === null || loading !== null || error !== null) return
      empty = 0
      void fetchNext(cursor)
    },
    retry() {
      const { cursor, models } = use.getState()
      void fetchNext(models.length === 0 ? null : cursor)
    },
    stop() {
      running?.abort()
      running = null
      if (use.getState().loading === null) return
      use.setState({ loading: null })
      if (use.getState().models.length === 0) key = ''
    },
  }
}

/** Rankings move while one pages through them, so that a model can come twice. */
function merge(known: readonly HubModel[], more: readonly HubModel[]): HubModel[] {
  const seen = new Set(known.map(({ repo }) => repo))
  const all = [...known]
  for (const model of more) {
    if (seen.has(model.repo)) continue
    seen.add(model.repo)
    all.push(model)
  }
  return all
}

function retryTime(error: ErrorInfo, now: number): number | null {
  const seconds = error.data?.seconds
  if (error.code !== 'hub_rate_limited' || typeof seconds !== 'number') return null
  return now + Math.min(Math.max(1, seconds), LONGEST_WAIT_S) * 1000
}
