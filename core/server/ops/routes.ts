import type { Route, ServerHandler } from '../context.ts'
import type { Metrics } from './metrics.ts'

/** The one path that answers whatever name the server is called by, so that probes work. */
export const HEALTH_PATH = '/health'

/** Paths that probes ask for all the time. */
export const WATCHED: ReadonlySet<string> = new Set([HEALTH_PATH, '/api/health', '/metrics', '/api/metrics'])

/** What answers machines that watch the server. */
export function opsRoutes(metrics: Pick<Metrics, 'text' | 'contentType'>): Route[] {
  const health: ServerHandler = (c) => c.json({ status: 'ok' })
  const scrape: ServerHandler = async (c) => c.body(await metrics.text(), 200, { 'content-type': metrics.contentType })
  return [
    { path: HEALTH_PATH, scope: 'open', methods: { GET: health } },
    { path: '/api/health', scope: 'metrics', methods: { GET: health } },
    { path: '/metrics', scope: 'metrics', methods: { GET: scrape } },
    { path: '/api/metrics', scope: 'metrics', methods: { GET: scrape } },
  ]
}
