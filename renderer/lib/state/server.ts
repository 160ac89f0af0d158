import type { ServerState } from '../../../shared/domain/server.ts'
import { createLive } from '../live.ts'

/** The HTTP server and its recent requests. */
export const useServerState = createLive<ServerState>((client, signal) => client.server.watch(undefined, { signal }))
