import type { ApiKey } from '../../../../shared/domain/keys.ts'
import { createLive } from '../../../lib/live.ts'

/** The keys, newest first; only for those at the computer itself. */
export const useKeys = createLive<ApiKey[]>((client, signal) => client.keys.watch(undefined, { signal }))
