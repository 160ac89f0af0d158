import type { MiddlewareHandler } from 'hono'
import { LOCAL_OWNER_ID } from '../../../shared/domain/actor.ts'
import type { Access, ServerContext, ServerEnv } from '../context.ts'
import { HttpRefusal } from '../errors.ts'
import { HEALTH_PATH } from '../ops/routes.ts'
import { INTERFACE } from '../ui/paths.ts'
import { isAllowedHost } from './host.ts'
import { isSameKey, presentedKey } from './keys.ts'
import { isAllowedOrigin } from './origin.ts'
import { isLoopbackAddress } from './peer.ts'

/** A program on this machine, which needs no key. */
const PROGRAM = { ownerId: LOCAL_OWNER_ID, door: 'http', access: 'remote' } as const

/**
 * What stands before every route: by which name the server is called, from which page, and with which key. Pages that
 * may call get the headers that let their browser show them the answer; `GET /health` alone answers anyone.
 *
 * @param isGuest whether an address needs no key for a path
 * @throws HttpRefusal 401 or 403
 */
export function guard(
  access: () => Access,
  isGuest: (path: string, address: string | undefined) => boolean,
): MiddlewareHandler<ServerEnv> {
  return async (c, next) => {
    if (c.req.path === HEALTH_PATH) return next()
    const { hosts, origins, key } = access()
    const origin = c.req.header('origin')
    const host = hostOf(c)
    if (!isAllowedHost(host, hosts)) {
      throw new HttpRefusal(
        403,
        'This server does not answer under this host name. Call it as localhost or 127.0.0.1, or add the name to HEARTH_HOSTS.',
      )
    }
    if (!isAllowedOrigin(origin, host, origins)) {
      throw new HttpRefusal(403, 'This web page may not use this server. Add its origin to HEARTH_ORIGINS to allow it.')
    }
    if (
      origin !== undefined &&
      c.req.method === 'OPTIONS' &&
      c.req.header('access-control-request-method') !== undefined
    ) {
      return preflight(c, origin)
    }
    const peer = c.env?.incoming?.socket.remoteAddress
    if (key !== null && !INTERFACE.test(c.req.path) && !isLoopbackAddress(peer) && !isGuest(c.req.path, peer)) {
      checkKey(c, key)
    }
    c.set('caller', { actor: PROGRAM, key: null })
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
  const { host } = new URL(c.req.url)
  if (header === undefined) return host
  return URL.canParse(`http://${header}`) && new URL(`http://${header}`).host === host ? header : undefined
}

function checkKey(c: ServerContext, key: string): void {
  const presented = presentedKey((name) => c.req.header(name))
  if (presented !== undefined && isSameKey(presented, key)) return
  throw new HttpRefusal(
    401,
    presented === undefined
      ? 'This server needs a key. Send it as "Authorization: Bearer KEY".'
      : 'The key is not the right one. Use the one that HEARTH_API_KEY was set to.',
    { 'www-authenticate': 'Bearer' },
  )
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
