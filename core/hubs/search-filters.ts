import type { HubModel, HubPage, HubQuery } from '../../shared/domain/hubs.ts'
import { sizeClassOf } from './describe-model.ts'

/** Weights at 4.83 bits, and a tenth for context and buffers. */
const BYTES_PER_PARAMETER = (4.83 / 8) * 1.1
const ENOUGH = 20
const MOST_PAGES = 5

/** Whether a model is what was asked for, as far as the hub's own filters can't tell. Unknown is no. */
export function matches(model: HubModel, query: HubQuery, memoryBytes: number): boolean {
  if (query.size !== null && (model.parameters === null || sizeClassOf(model.parameters) !== query.size)) return false
  if (query.type !== null && !model.types.includes(query.type)) return false
  if (query.licence !== null && model.licence?.toLowerCase() !== query.licence.toLowerCase()) return false
  if (!query.runsWellHere) return true
  return model.parameters !== null && model.parameters * BYTES_PER_PARAMETER <= memoryBytes
}

/**
 * A page with enough on it: pages of the hub are read on until there are twenty hits, five pages at most. A hub that
 * names the same page again, or repeats itself, is at its end.
 */
export async function searchOn(
  query: HubQuery,
  search: (query: HubQuery) => Promise<HubPage>,
  keep: (model: HubModel) => boolean,
): Promise<HubPage> {
  const models = new Map<string, HubModel>()
  let { cursor } = query
  let total: number | null = null
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await search({ ...query, cursor })
    const before = models.size
    const kept = answer.models.filter(keep)
    for (const model of kept) models.set(model.repo, model)
    total = answer.total
    const stuck = answer.cursor === cursor || answer.models.length === 0 || (kept.length > 0 && models.size === before)
    cursor = stuck ? null : answer.cursor
    if (cursor === null || models.size >= ENOUGH) break
  }
  const filtered = query.size !== null || query.type !== null || query.licence !== null || query.runsWellHere
  return { models: [...models.values()], cursor, total: filtered ? null : total }
}
