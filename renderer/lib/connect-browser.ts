import { RPCLink } from '@orpc/client/websocket'
import { connectionClosed, connectionOpened } from './rpc.ts'

const FIRST_DELAY_MS = 250
const LONGEST_DELAY_MS = 5000

/** Milliseconds to wait before attempt number `attempt` (the first is 0). */
export function retryDelay(attempt: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt)
}

/** Connects this browser to the server that served the page, again and again until it is let in or refused. */
export function connectBrowser(attempt = 0): void {
  void tryOnce(attempt)
}

async function tryOnce(attempt: number): Promise<void> {
  const again = (next: number): void => {
    connectionClosed('lost')
    window.setTimeout(() => connectBrowser(next), retryDelay(next))
  }
  const session = await fetch('/session', { cache: 'no-store' }).catch(() => null)
  if (session === null || session.status >= 500) return again(attempt + 1)
  if (session.status === 401 || session.status === 403) return connectionClosed('refused')

  const scheme = window.location.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = new WebSocket(`${scheme}//${window.location.host}/rpc`)
  const link = new RPCLink({ websocket: socket })
  let opened = false
  socket.addEventListener('open', () => {
    opened = true
    connectionOpened(link)
  })
  // A socket that fails closes too: one handler for both.
  socket.addEventListener('close', () => again(opened ? 0 : attempt + 1))
}
