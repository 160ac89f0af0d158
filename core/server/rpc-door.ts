import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { type WebSocket, WebSocketServer } from 'ws'
import { LOCAL_OWNER_ID } from '../../shared/domain/actor.ts'
import type { Access } from './context.ts'
import type { ServerDeps } from './deps.ts'
import { mayCallAs } from './guard/host.ts'
import { isSameOrigin } from './guard/origin.ts'
import type { Sessions } from './ui/sessions.ts'

/** Bytes of one message at most: a long chat message, in JSON. */
export const MAX_MESSAGE_BYTES = 32 * 1024 * 1024
/** Between two looks whether a browser is still there. */
const PING_MS = 30_000

/** The door of browsers: a WebSocket at `/rpc` for those who entered by a link. */
export interface RpcDoor {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Says goodbye to all, or to those that came by one port. */
  close(port?: number): void
}

export function createRpcDoor(
  deps: Pick<ServerDeps, 'rendererDir' | 'upgradeRpc' | 'log'>,
  sessions: Sessions,
  access: () => Access,
): RpcDoor {
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES })
  const ports = new WeakMap<WebSocket, number | undefined>()
  return {
    upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy())
      const refusal = refusalOf(request, deps, sessions, access())
      if (refusal !== null) {
        socket.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
        return
      }
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        webSocket.on('error', (error) => deps.log.warn({ err: error }, 'browser connection failed'))
        keepAlive(webSocket)
        ports.set(webSocket, request.socket.localPort)
        deps.upgradeRpc(webSocket, { ownerId: LOCAL_OWNER_ID, door: 'browser', access: 'remote' })
      })
    },
    close(port) {
      for (const webSocket of webSockets.clients) {
        if (port !== undefined && ports.get(webSocket) !== port) continue
        webSocket.close(1001, 'The server was stopped.')
        // One that does not say goodbye is cut.
        setTimeout(() => webSocket.terminate(), 1000).unref()
      }
    },
  }
}

function refusalOf(
  request: IncomingMessage,
  { rendererDir }: Pick<ServerDeps, 'rendererDir'>,
  sessions: Sessions,
  access: Access,
): string | null {
  const { host, origin, cookie } = request.headers
  const secure = request.socket instanceof TLSSocket
  const mayEnter = mayCallAs(host, request.socket.remoteAddress, access) && isSameOrigin(origin, host, secure)
  if (!mayEnter) return '403 Forbidden'
  if (rendererDir === null || (request.url ?? '').replace(/\?.*$/s, '') !== '/rpc') return '404 Not Found'
  return sessions.isOpen(cookie) ? null : '401 Unauthorized'
}

/** A browser that vanished (a closed lid) is noticed, so that nothing is kept for it. */
function keepAlive(webSocket: WebSocket): void {
  let answered = true
  webSocket.on('pong', () => (answered = true))
  const timer = setInterval(() => {
    if (!answered) return webSocket.terminate()
    answered = false
    webSocket.ping()
  }, PING_MS)
  timer.unref()
  webSocket.on('close', () => clearInterval(timer))
}
