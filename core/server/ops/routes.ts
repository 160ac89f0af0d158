import { TaskType } from '../../../shared/domain/task-presets.ts'
import { usualModel } from '../answering/usual-model.ts'
import type { Route, ServerHandler } from '../context.ts'
import type { ServerDeps } from '../deps.ts'

/** The one path that answers whatever name the server is called by, so that probes work. */
export const HEALTH_PATH = '/health'

/** Paths that probes ask for all the time. */
export const WATCHED: ReadonlySet<string> = new Set([
  HEALTH_PATH,
  '/api/health',
  '/ready',
  '/api/ready',
  '/metrics',
  '/api/metrics',
])

type Deps = Pick<ServerDeps, 'listModels' | 'loadedModels' | 'quarantined' | 'metrics'>

/** What answers machines that watch the server. */
export function opsRoutes(deps: Deps): Route[] {
  const { metrics } = deps

  /** It lives, or there would be no answer; who may enter also hears which model answers those who name none. */
  const health: ServerHandler = (c) => {
    if (!c.get('admitted')) return c.json({ status: 'healthy' })
    const model = usualModel(c.get('models'))
    return c.json({
      status: model === undefined ? 'model_not_loaded' : 'healthy',
      model: model?.name ?? null,
      capabilities: TaskType.options,
    })
  }

  const ready: ServerHandler = (c) => {
    const reason = obstacle()
    return reason === null ? c.json({ status: 'ready' }) : c.json({ status: 'not_ready', reason }, 503)
  }

  /** Why no request would be answered now. A server that is being stopped takes no connection, so that a probe fails. */
  function obstacle(): string | null {
    const usable = deps.listModels().filter(({ problem }) => problem === null)
    if (usable.length === 0) return 'No model on this computer can be used.'
    const aside = deps.quarantined().map(({ model }) => model)
    if (usable.every(({ name }) => aside.includes(name))) return 'Each model was put aside because it died repeatedly.'
    return null
  }

  const scrape: ServerHandler = async (c) => c.body(await metrics.text(), 200, { 'content-type': metrics.contentType })
  return [
    { path: HEALTH_PATH, scope: 'open', methods: { GET: health } },
    { path: '/api/health', scope: 'metrics', methods: { GET: health } },
    { path: '/ready', scope: 'open', methods: { GET: ready } },
    { path: '/api/ready', scope: 'metrics', methods: { GET: ready } },
    { path: '/metrics', scope: 'metrics', methods: { GET: scrape } },
    { path: '/api/metrics', scope: 'metrics', methods: { GET: scrape } },
  ]
}
