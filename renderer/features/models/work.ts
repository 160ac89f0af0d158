import { create } from 'zustand'
import type { WorkProgress } from '../../../shared/domain/storage.ts'
import { type Client, rpc } from '../../lib/rpc.ts'

/** A long piece of work on files; it goes on when its page is left. */
export interface Work {
  progress: WorkProgress | null
  startedAt: number
  cancel: () => void
}

const useWorks = create<{ running: Readonly<Record<string, Work>> }>()(() => ({ running: {} }))

/** The work under a key (`verify:NAME`), or null when there is none. */
export function useWork(key: string): Work | null {
  return useWorks((works) => works.running[key]) ?? null
}

/**
 * Does work that tells how far it is, and resolves with its last value that is no progress, or null; one of a key at a
 * time. Rejects with what went wrong; `cancelled` when the person ended it.
 */
export async function startWork<T extends object>(
  key: string,
  open: (client: Client, signal: AbortSignal) => Promise<AsyncIterable<T>>,
): Promise<Exclude<T, WorkProgress> | null> {
  if (useWorks.getState().running[key] !== undefined) return null
  const stop = new AbortController()
  const set = (work: Work): void => useWorks.setState(({ running }) => ({ running: { ...running, [key]: work } }))
  const work: Work = { progress: null, startedAt: Date.now(), cancel: () => stop.abort() }
  set(work)
  let last: Exclude<T, WorkProgress> | null = null
  try {
    for await (const value of await open(rpc(), stop.signal)) {
      if (isProgress(value)) set({ ...work, progress: value })
      else last = value as Exclude<T, WorkProgress> // what is no progress is the outcome
    }
    if (stop.signal.aborted) throw cancelled()
    return last
  } catch (reason) {
    if (stop.signal.aborted) throw cancelled()
    throw reason
  } finally {
    useWorks.setState(({ running: { [key]: _, ...rest } }) => ({ running: rest }))
  }
}

function cancelled(): Error {
  return new DOMException('Stopped.', 'AbortError')
}

function isProgress(value: object): value is WorkProgress {
  return 'doneBytes' in value && 'totalBytes' in value
}

/** Milliseconds that are left at the pace so far; null while that can't be told. */
export function timeLeft(progress: WorkProgress, startedAt: number, now: number): number | null {
  const elapsed = now - startedAt
  if (elapsed < 1000 || progress.doneBytes <= 0 || progress.totalBytes <= progress.doneBytes) return null
  return (elapsed / progress.doneBytes) * (progress.totalBytes - progress.doneBytes)
}
