import type { EnginesState } from '../../../shared/domain/engines.ts'
import { createLive } from '../live.ts'

/** The models in memory. */
export const useEngines = createLive<EnginesState>((client, signal) => client.engines.watch(undefined, { signal }))
