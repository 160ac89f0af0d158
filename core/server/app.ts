import { Hono } from 'hono'
import { toErrorInfo } from '../../shared/domain/errors.ts'
import { anthropicRoutes } from './anthropic/messages.ts'
import type { Access, Route, ServerApp, ServerEnv } from './context.ts'
import type { ServerDeps } from './deps.ts'
import { HttpRefusal } from './errors.ts'
import { guard } from './guard/guard.ts'
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
import { recordRequests } from './record-requests.ts'
import type { RequestLog } from './requests.ts'
import { errorResponse } from './respond.ts'
import { isShelfGuest } from './shelf/guests.ts'
import { shelfDoor, shelfRoutes } from './shelf/routes.ts'
import { taskRoutes } from './tasks/reasoning.ts'
import { uiRoutes } from './ui/routes.ts'
import type { Sessions } from './ui/sessions.ts'

export interface AppParts {
  deps: ServerDeps
  requests: RequestLog
  jobs: Jobs
  sessions: Sessions
  access: () => Access
}

/** Every route of the server, behind one guard. */
export function createApp({ deps, requests, jobs, sessions, access }: AppParts): ServerApp {
  const routes: Route[] = [
    ...opsRoutes(deps.metrics),
    { path: '/v1/models', scope: 'inference', methods: { GET: listModels(deps) } },
    { path: '/v1/models/:id{.+}', scope: 'inference', methods: { GET: retrieveModel(deps) } },
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
    ...uiRoutes(deps, sessions),
  ]
  const app = new Hono<ServerEnv>()
  app.use(recordRequests(requests, WATCHED))
  app.use(guard(access, (path, address) => isShelfGuest(path, address, deps.settings().shelf)))
  app.use('/v2/*', shelfDoor(deps))
  for (const { path, methods } of routes) {
    const name = path.replaceAll(/\{[^}]*\}/g, '')
    for (const [method, handler] of Object.entries(methods)) {
      // Hono asks what answers GET for HEAD too.
      app.on(method === 'HEAD' ? 'GET' : method, path, (c, next) => {
        if (method === 'HEAD' && c.req.method !== 'HEAD') return next()
        c.get('record').route = name
        return handler(c)
      })
    }
    const allow = Object.keys(methods).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    app.all(path, (c) => {
      throw new HttpRefusal(405, `${c.req.method} is not possible here. Use ${allow.join(' or ')}.`, {
        allow: allow.join(', '),
      })
    })
  }
  app.notFound((c) =>
    errorResponse(
      c.req.path,
      new HttpRefusal(404, `There is nothing at ${c.req.method} ${c.req.path.slice(0, 200)} on this server.`),
    ),
  )
  app.onError((error, c) => {
    if (toErrorInfo(error).code === 'internal') deps.log.error({ err: error, path: c.req.path }, 'request failed')
    return errorResponse(c.req.path, error)
  })
  return app
}
