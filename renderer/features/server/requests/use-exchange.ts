import { useEffect, useState } from 'react'
import type { ErrorInfo } from '../../../../shared/domain/errors.ts'
import type { ServerExchange, ServerRequest } from '../../../../shared/domain/server.ts'
import { errorInfo } from '../../../lib/errors.ts'
import { rpc } from '../../../lib/rpc.ts'
import { isRunning } from './figures.ts'

export interface Inspected {
  /** Null while it is not there, and once it is not in memory any more. */
  exchange: ServerExchange | null
  busy: boolean
  error: ErrorInfo | null
  retry: () => void
}

/** How often what is still being answered is looked at again. */
const AGAIN_MS = 1000

/** What a request said and was answered; looked at again while it is being answered. `wanted`: it may be asked for. */
export function useExchange(request: ServerRequest, wanted: boolean): Inspected {
  const [exchange, setExchange] = useState<ServerExchange | null>(null)
  const [busy, setBusy] = useState(wanted)
  const [error, setError] = useState<ErrorInfo | null>(null)
  const [round, setRound] = useState(0)
  const { id, status, cancelled } = request
  const running = isRunning(request)
  const again = () => setRound((now) => now + 1)

  useEffect(() => {
    if (!wanted) {
      setExchange(null)
      return
    }
    const stop = new AbortController()
    const look = async () => {
      try {
        const found = await rpc().server.inspect({ id }, { signal: stop.signal })
        if (stop.signal.aborted) return
        setExchange(found)
        setError(null)
      } catch (reason) {
        if (!stop.signal.aborted) setError(errorInfo(reason))
      } finally {
        if (!stop.signal.aborted) setBusy(false)
      }
    }
    void look()
    return () => stop.abort()
  }, [id, status, cancelled, wanted, round])

  useEffect(() => {
    if (!running || !wanted) return
    const timer = setInterval(again, AGAIN_MS)
    return () => clearInterval(timer)
  }, [running, wanted])

  return {
    exchange,
    busy,
    error,
    retry: () => {
      setBusy(true)
      setError(null)
      again()
    },
  }
}
