import type { WorkProgress } from '../../shared/domain/storage.ts'

/** What a piece of work tells while it runs. */
export interface Report {
  /** More bytes are done. */
  add(bytes: number): void
  /** How many there will be in all. */
  total(bytes: number): void
}

const INTERVAL_MS = 100

/**
 * Runs work and yields how far it is, about ten times a second; returns its result. Whoever stops reading, or aborts
 * the signal, ends the work, and waits until it has cleaned up.
 */
export async function* withProgress<T>(
  work: (report: Report, signal: AbortSignal) => Promise<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<WorkProgress, T, void> {
  const stop = new AbortController()
  const progress: WorkProgress = { doneBytes: 0, totalBytes: 0 }
  const report: Report = {
    add: (bytes) => void (progress.doneBytes += bytes),
    total: (bytes) => void (progress.totalBytes = bytes),
  }
  const running = work(report, signal ? AbortSignal.any([signal, stop.signal]) : stop.signal)
  let settled = false
  const settle = () => void (settled = true)
  const ended = running.then(settle, settle)
  try {
    // The work may end during any of these turns.
    for (;;) {
      await Promise.race([ended, pause(INTERVAL_MS)])
      if (settled) break
      yield { ...progress }
    }
    const result = await running
    yield { ...progress }
    return result
  } finally {
    stop.abort()
    await ended
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
