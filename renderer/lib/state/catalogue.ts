import type { CatalogueModel } from '../../../shared/domain/hubs.ts'
import { createLive } from '../live.ts'
import { onceUntil } from '../once-until.ts'

/** The curated list of models; it needs no network. */
export const useCatalogue = createLive<CatalogueModel[]>(async (client, signal) =>
  onceUntil(await client.hubs.catalogue(undefined, { signal }), signal),
)
