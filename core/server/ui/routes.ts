import { TaskType } from '../../../shared/domain/task-presets.ts'
import { usualModel } from '../answering/usual-model.ts'
import { HttpRefusal } from '../errors.ts'
import type { Route, ServerContext } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import { isSecure } from '../guard/secure.ts'
import { contentPolicy } from './content-policy.ts'
import { serveFile } from './files.ts'
import type { Sessions } from './sessions.ts'

/** The interface for browsers, its doors, and what `/` says to programs. @param all the routes that there are */
export function uiRoutes(
  { rendererDir }: Pick<ServerDeps, 'rendererDir'>,
  sessions: Sessions,
  all: () => readonly Route[],
): Route[] {
  const file = async (c: ServerContext) => {
    const response = rendererDir === null ? null : await serveFile(rendererDir, c.req.path)
    if (response === null) throw new HttpRefusal(404, `There is nothing at ${c.req.path.slice(0, 200)}.`)
    return withPolicy(c, response)
  }

  const root = async (c: ServerContext) => {
    const accepted = c.req.header('accept') ?? ''
    const wantsPage = rendererDir !== null && accepted.includes('text/html')
    const page = wantsPage ? await serveFile(rendererDir, '/index.html') : null
    if (page === null && asksForJson(accepted) && c.get('admitted')) return c.json(about(c), 200, { vary: 'accept' })
    return page === null ? c.text('Ollama is running', 200, { vary: 'accept' }) : withPolicy(c, page)
  }

  const about = (c: ServerContext) => ({
    name: 'Hearth',
    model: usualModel(c.get('models'))?.name ?? null,
    endpoints: all()
      .filter(({ path, scope }) => scope === 'inference' && !path.includes(':'))
      .map(({ path }) => path),
    capabilities: TaskType.options,
  })

  const routes: Route[] = [{ path: '/', scope: 'open', methods: { GET: root } }]
  if (rendererDir === null) return routes
  return [
    ...routes,
    { path: '/enter', scope: 'open', methods: { GET: (c) => enter(c, sessions) } },
    { path: '/session', scope: 'open', methods: { GET: (c) => session(c, sessions) } },
    { path: '/assets/*', scope: 'open', methods: { GET: file } },
    { path: '/:file{[\\w-]+\\.\\w+}', scope: 'open', methods: { GET: file } },
  ]
}

/** Libraries that take text as well, or anything, look for Ollama's word. */
function asksForJson(accepted: string): boolean {
  return accepted.includes('application/json') && !/text\/|\*\/\*/.test(accepted)
}

function withPolicy(c: ServerContext, response: Response): Response {
  response.headers.set('content-security-policy', contentPolicy(c.req.header('host') ?? 'localhost', isSecure(c)))
  response.headers.set('vary', 'accept')
  return response
}

/** A one-time link: the code is spent for a cookie, so that it stays in no history and no log. */
function enter(c: ServerContext, sessions: Sessions): Response {
  const entered = sessions.enter(c.req.query('code') ?? '', isSecure(c))
  const headers = { location: entered === null ? '/#/enter?failed=1' : '/', 'cache-control': 'no-store' }
  return new Response(null, {
    status: 303,
    headers: entered === null ? headers : { ...headers, 'set-cookie': entered.cookie },
  })
}

function session(c: ServerContext, sessions: Sessions): Response {
  if (!sessions.isOpen(c.req.header('cookie')))
    throw new HttpRefusal(401, 'This browser has not been let in. Open a new link from Hearth.')
  return new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } })
}
