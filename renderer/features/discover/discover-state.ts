import { create } from 'zustand'
import { rpc } from '../../lib/rpc.ts'
import { type DiscoverQuery, FRESH } from './query.ts'
import { createSearch } from './search.ts'

/** What the person looks for on this page. */
export const useQuery = create<DiscoverQuery>()(() => FRESH)

/** Changes a part of what is looked for. */
export function changeQuery(patch: Partial<DiscoverQuery>): void {
  useQuery.setState(patch)
}

/** The search at the hubs. */
export const hubSearch = createSearch((query, signal) => rpc().hubs.search(query, { signal }))
