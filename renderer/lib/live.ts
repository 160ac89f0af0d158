import { useSyncExternalStore } from 'react'
import type { ErrorInfo } from '../../shared/domain/errors.ts'
import { follow } from './follow.ts'
import type { Client } from './rpc.ts'

/** What the core last said; `error` is set while its stream can't be had. */
export interface Live<T> {
  value: T | null
  error: ErrorInfo | null
}

const LINGER_MS = 2000

/**
 * A hook that follows a stream of the core. The stream is open while a component uses the hook, shared by all of them,
 * and opened again after a lost connection; the last value stays visible meanwhile.
 */
export function createLive<T>(open: (client: Client, signal: AbortSignal) => Promise<AsyncIterable<T>>): () => Live<T> {
  let state: Live<T> = { value: null, error: null }
  const listeners = new Set<() => void>()
  let stop: (() => void) | null = null
  let lingering = 0

  const set = (next: Live<T>): void => {
    state = next
    for (const listener of listeners) listener()
  }

  const subscribe = (listener: () => void): (() => void) => {
    listeners.add(listener)
    clearTimeout(lingering)
    stop ??= follow({
      open,
      onValue: (value) => set({ value, error: null }),
      onError: (error) => set({ ...state, error }),
    })
    return () => {
      listeners.delete(listener)
      if (listeners.size > 0) return
      // A page that is left and entered again within a moment keeps its stream.
      lingering = window.setTimeout(() => {
        stop?.()
        stop = null
      }, LINGER_MS)
    }
  }

  return () => useSyncExternalStore(subscribe, () => state)
}
