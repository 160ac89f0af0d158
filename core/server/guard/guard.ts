import type { MiddlewareHandler } from 'hono'
import type { Access, ServerContext, ServerEnv } from '../context.ts'
import { HttpRefusal } from '../errors.ts'
import { HEALTH_PATH } from '../ops/routes.ts'
import { mayCallAs } from './host.ts'
import { isAllowedOrigin } from './origin.ts'
import { isSecure } from './secure.ts'

/**
 * What stands before every route: by which name the server is called, and from which page. Pages that may call get the
 * headers that let their browser show them the answer; `GET /health` alone answers anyone, and tells strangers nothing.
 * @throws HttpRefusal 403
 */
export function guard(access: () => Access): MiddlewareHandler<ServerEnv> {
  return async (c, next) => {
    const origin = c.req.header('origin')
    const foreign = foreignTo(c, access())
    c.set('admitted', foreign === null)
    if (foreign !== null && c.req.path === HEALTH_PATH) return next()
    if (foreign !== null) throw foreign
    if (
      origin !== undefined &&
      c.req.method === 'OPTIONS' &&
      c.req.header('access-control-request-method') !== undefined
    ) {
      return preflight(c, origin)
    }
    await next()
    c.header('x-content-type-options', 'nosniff')
    c.header('referrer-policy', 'no-referrer')
    if (origin !== undefined) {
      c.header('access-control-allow-origin', origin)
      c.header('vary', 'origin', { append: true })
    }
  }
}

/** The name that the client used; a request line with a whole URL must agree with its Host header. */
function hostOf(c: ServerContext): string | undefined {
  const header = c.req.header('host')
  const { host, protocol } = new URL(c.req.url)
  if (header === undefined) return host
  const called = `${protocol}//${header}`
  return URL.canParse(called) && new URL(called).host === host ? header : undefined
}

/** Why a request by this name, or from this page, is refused. */
function foreignTo(c: ServerContext, { origins, ...names }: Access): HttpRefusal | null {
  const host = hostOf(c)
  if (!mayCallAs(host, c.env?.incoming?.socket.remoteAddress, names)) {
    return new HttpRefusal(
      403,
      'This server does not answer under this host name. Call it as localhost or 127.0.0.1, or add the name to HEARTH_ALLOWED_HOSTS.',
    )
  }
  if (!isAllowedOrigin(c.req.header('origin'), host, origins, isSecure(c))) {
    return new HttpRefusal(403, 'This web page may not use this server. Add its origin to HEARTH_ORIGINS to allow it.')
  }
  return null
}

function preflight(c: ServerContext, origin: string): Response {
  const wanted = c.req.header('access-control-request-headers')
  return new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, POST, DELETE',
      ...(wanted === undefined ? {} : { 'access-control-allow-headers': wanted }),
      ...(c.req.header('access-control-request-private-network') === 'true'
        ? { 'access-control-allow-private-network': 'true' }
        : {}),
      'access-control-max-age': '600',
      vary: 'origin, access-control-request-headers',
    },
  })
}
