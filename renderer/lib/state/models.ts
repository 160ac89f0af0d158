import type { Model } from '../../../shared/domain/models.ts'
import { createLive } from '../live.ts'

/** The models of the library. */
export const useModels = createLive<Model[]>((client, signal) => client.models.watch(undefined, { signal }))
