import { create } from 'zustand'
import { SORT_KEYS, type SortKey } from './sort.ts'

const KEY = 'hearth.library'

export interface LibraryView {
  view: 'list' | 'table'
  sort: SortKey
  /** Largest, newest or last in the alphabet first. */
  descending: boolean
  /** Which half of a model's detail is open. */
  tab: 'about' | 'defaults'
}

function remembered(): Pick<LibraryView, 'view' | 'sort' | 'descending'> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    const { view, sort, descending } = (stored ?? {}) as Record<string, unknown> // each field is checked below
    return {
      view: view === 'table' ? 'table' : 'list',
      sort: SORT_KEYS.find((key) => key === sort) ?? 'name',
      descending: descending === true,
    }
  } catch {
    return { view: 'list', sort: 'name', descending: false }
  }
}

/** How the library is shown; view and order are remembered on this computer. */
export const useLibraryView = create<LibraryView>()(() => ({ ...remembered(), tab: 'about' }))

/** Changes how the library is shown, and remembers it. */
export function setLibraryView(change: Partial<LibraryView>): void {
  useLibraryView.setState(change)
  const { view, sort, descending } = useLibraryView.getState()
  try {
    localStorage.setItem(KEY, JSON.stringify({ view, sort, descending }))
  } catch {
    // A browser may forbid storage; then the library starts as usual next time.
  }
}

/** Sorts by a column: the same again turns the order round; figures and dates begin with the largest. */
export function sortBy(sort: SortKey): void {
  const now = useLibraryView.getState()
  setLibraryView({ sort, descending: now.sort === sort ? !now.descending : sort !== 'name' })
}
