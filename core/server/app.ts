import { Hono } from 'hono'
import { toErrorInfo } from '../../shared/domain/errors.ts'
import { keyRemoved } from '../keys/key-errors.ts'
import { ownerIdOf } from '../keys/key-owner.ts'
import { anthropicRoutes } from './anthropic/messages.ts'
import type { Access, Route, ServerApp, ServerEnv } from './context.ts'
import type { ServerDeps } from './deps.ts'
import { HttpRefusal } from './errors.ts'
import type { Exchanges } from './requests/exchanges.ts'
import { createAuthorise } from './guard/authorise.ts'
import { guard } from './guard/guard.ts'
import { metered } from './guard/metered.ts'
import type { Jobs } from './jobs.ts'
import { lmStudioRoutes } from './lmstudio/routes.ts'
import { ollamaRoutes } from './ollama/routes.ts'
import { chatCompletions } from './openai/chat-completions.ts'
import { embeddings } from './openai/embeddings.ts'
import { listModels, retrieveModel } from './openai/models.ts'
import { rerank } from './openai/rerank.ts'
import { responsesRoutes } from './openai/responses/routes.ts'
import { textCompletions } from './openai/text-completions.ts'
import { detokenize, tokenize } from './openai/tokens.ts'
import { opsRoutes, WATCHED } from './ops/routes.ts'
import { referenceRoutes } from './reference/routes.ts'
import { recordRequests } from './requests/record-requests.ts'
import type { RequestLog } from './requests/requests.ts'
import { errorResponse } from './respond.ts'
import { shelfRoutes } from './shelf/routes.ts'
import { taskRoutes } from './tasks/reasoning.ts'
import { uiRoutes } from './ui/routes.ts'
import type { Sessions } from './ui/sessions.ts'

export interface AppParts {
  deps: ServerDeps
  requests: RequestLog
  exchanges: Exchanges
  jobs: Jobs
  sessions: Sessions
  access: () => Access
}

/** Every route of the server, behind one guard. */
export function createApp({ deps: given, requests, exchanges, jobs, sessions, access }: AppParts): ServerApp {
  const deps = metered(given)
  const authorise = createAuthorise(deps, access)
  deps.keys.onRemoved((id) => jobs.stop(ownerIdOf({ id }), keyRemoved()))
  const served: Route[] = [
    ...opsRoutes(deps),
    { path: '/v1/models', scope: 'inference', methods: { GET: listModels() } },
    { path: '/v1/models/:id{.+}', scope: 'inference', methods: { GET: retrieveModel() } },
    { path: '/v1/chat/completions', scope: 'inference', methods: { POST: chatCompletions({ deps, jobs }) } },
    { path: '/v1/completions', scope: 'inference', methods: { POST: textCompletions({ deps, jobs }) } },
    { path: '/v1/embeddings', scope: 'inference', methods: { POST: embeddings(deps, jobs) } },
    { path: '/v1/rerank', scope: 'inference', methods: { POST: rerank(deps, jobs) } },
    { path: '/tokenize', scope: 'inference', methods: { POST: tokenize(deps, jobs) } },
    { path: '/detokenize', scope: 'inference', methods: { POST: detokenize(deps, jobs) } },
    ...responsesRoutes({ deps, jobs }),
    ...anthropicRoutes({ deps, jobs }),
    ...taskRoutes({ deps, jobs }),
    ...lmStudioRoutes({ deps, jobs }),
    ...ollamaRoutes({ deps, jobs }),
    ...shelfRoutes({ deps, jobs }),
  ]
  const routes: Route[] = [
    ...served,
    ...referenceRoutes(served, deps.version),
    ...uiRoutes(deps, sessions, () => routes),
  ]
  const app = new Hono<ServerEnv>()
  app.use(recordRequests({ requests, exchanges, quiet: WATCHED }))
  app.use(guard(access))
  for (const { path, scope, methods } of routes) {
    const name = path.replaceAll(/\{[^}]*\}/g, '')
    for (const [method, handler] of Object.entries(methods)) {
      app.on(method, path, (c) => {
        const record = c.get('record')
        record.route = name
        authorise(c, scope)
        record.exchange?.routed(scope)
        return handler(c)
      })
    }
    const allow = Object.keys(methods).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    app.all(path, (c) => {
      authorise(c, scope)
      if (c.req.method === 'OPTIONS') return c.body(null, 204, { allow: [...allow, 'OPTIONS'].join(', ') })
      throw new HttpRefusal(405, `${c.req.method} is not possible here. Use ${allow.join(' or ')}.`, {
        allow: allow.join(', '),
      })
    })
  }
  app.all('*', (c) => {
    // What there is, is nobody's business who may not enter.
    authorise(c, null)
    throw new HttpRefusal(404, `There is nothing at ${c.req.method} ${c.req.path.slice(0, 200)} on this server.`)
  })
  app.onError((error, c) => {
    if (toErrorInfo(error).code === 'internal') deps.log.error({ err: error, path: c.req.path }, 'request failed')
    return errorResponse(c.req.path, error)
  })
  return app
}
