import type { ErrorInfo } from '../../shared/domain/errors.ts'
import { errorInfo } from './errors.ts'
import { type Client, rpc, useConnection } from './rpc.ts'

const RETRY_MS = 2000

export interface Follower<T> {
  open: (client: Client, signal: AbortSignal) => Promise<AsyncIterable<T>>
  onValue: (value: T) => void
  /** The stream failed while the connection stands; it is tried again every two seconds. */
  onError: (error: ErrorInfo) => void
}

/** Follows a stream of the core, opening it again after each lost connection, until the returned function is called. */
export function follow<T>({ open, onValue, onError }: Follower<T>): () => void {
  let running: AbortController | null = null

  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted && useConnection.getState().state === 'open') {
      try {
        for await (const value of await open(rpc(), signal)) {
          if (signal.aborted) return
          onValue(value)
        }
      } catch (error) {
        if (signal.aborted || useConnection.getState().state !== 'open') return
        onError(errorInfo(error))
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }

  const restart = (): void => {
    running?.abort()
    running = new AbortController()
    void run(running.signal)
  }

  restart()
  const unsubscribe = useConnection.subscribe((now, before) => {
    if (now.state !== before.state || now.restarts !== before.restarts) restart()
  })
  return () => {
    unsubscribe()
    running?.abort()
  }
}
