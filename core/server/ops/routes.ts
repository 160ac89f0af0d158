import type { Route } from '../context.ts'
import type { ServerDeps } from '../deps.ts'

/** The one path that answers whatever name the server is called by, so that probes work. */
export const HEALTH_PATH = '/health'

/** What answers machines that watch the server. */
export function opsRoutes(deps: Pick<ServerDeps, 'version'>): Route[] {
  return [
    { path: HEALTH_PATH, methods: { GET: (c) => c.json({ status: 'ok' }) } },
    { path: '/api/version', methods: { GET: (c) => c.json({ version: deps.version }) } },
  ]
}
