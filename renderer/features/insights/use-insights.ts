import { createLive } from '../../lib/live.ts'
import { gather, type Insights } from './insights-data.ts'

/** The engines' last minutes and their last generations. */
export const useInsights = createLive<Insights>(async (client, signal) =>
  gather(await client.engines.watchInsights(undefined, { signal })),
)
