import { RPCLink } from '@orpc/client/message-port'
import { AppError, ErrorInfo } from '../../shared/domain/errors.ts'
import { connectionClosed, connectionOpened } from './rpc.ts'

/** Takes the ports that the preload hands over, again after each restart of the core. */
export function connectWindow(): void {
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.source !== window || typeof event.data !== 'object' || event.data === null) return
    const message = event.data as { type?: unknown; error?: unknown } // unknown fields are checked below
    if (message.type === 'hearth:failed') {
      const info = ErrorInfo.safeParse(message.error)
      connectionClosed(
        'failed',
        new AppError(info.success ? info.data : { code: 'internal', message: 'Hearth could not start.' }),
      )
      return
    }
    const port = event.ports[0]
    if (message.type === 'hearth:port' && port !== undefined) adopt(port)
  })
  window.postMessage({ type: 'hearth:ready' }, window.location.origin === 'null' ? '*' : window.location.origin)
}

/** Asks the app to start the core once more, after it said that it can't. */
export function retryCore(): void {
  connectionClosed('connecting')
  window.postMessage({ type: 'hearth:retry' }, window.location.origin === 'null' ? '*' : window.location.origin)
}

let generation = 0

function adopt(port: MessagePort): void {
  const mine = ++generation
  port.addEventListener('close', () => {
    if (mine === generation) connectionClosed('lost')
  })
  const link = new RPCLink({ port })
  port.start()
  connectionOpened(link)
}
