import { useCallback, useEffect, useState } from 'react'
import type { ErrorInfo } from '../../../shared/domain/errors.ts'
import { errorInfo } from '../../lib/errors.ts'
import { type Client, rpc, useConnection } from '../../lib/rpc.ts'

export interface Asked<T> {
  value: T | null
  error: ErrorInfo | null
  retry: () => void
}

/** Asks the core once, again after a lost connection while there is no answer; leaving stops the question. */
export function useAsked<T>(ask: (client: Client, signal: AbortSignal) => Promise<T>): Asked<T> {
  const [state, setState] = useState<{ value: T | null; error: ErrorInfo | null }>({ value: null, error: null })
  const [round, setRound] = useState(0)
  const open = useConnection((connection) => connection.state === 'open')
  const answered = state.value !== null
  useEffect(() => {
    if (!open || answered) return
    const stop = new AbortController()
    const run = async (): Promise<void> => {
      try {
        const value = await ask(rpc(), stop.signal)
        if (!stop.signal.aborted) setState({ value, error: null })
      } catch (error) {
        if (!stop.signal.aborted) setState({ value: null, error: errorInfo(error) })
      }
    }
    void run()
    return () => stop.abort()
  }, [ask, open, answered, round])
  const retry = useCallback(() => {
    setState({ value: null, error: null })
    setRound((now) => now + 1)
  }, [])
  return { ...state, retry }
}
