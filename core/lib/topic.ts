/** Live state that others watch. */
export interface Topic<T> {
  /** The state changed: every watcher gets the newest value, once, however often this is called meanwhile. */
  changed(): void
  /** The value now and again after each change, until the signal aborts or the caller stops. */
  watch(signal?: AbortSignal): AsyncGenerator<T, void, void>
}

/**
 * A topic over a value that is read when it is needed, so that a slow watcher never makes a queue.
 *
 * @param read gives the newest value
 * @param minIntervalMs shortest time between two values to one watcher
 */
export function createTopic<T>(read: () => T | Promise<T>, minIntervalMs = 16): Topic<T> {
  const wakers = new Set<() => void>()
  return {
    changed() {
      for (const wake of wakers) wake()
    },
    async *watch(signal) {
      let dirty = false
      let resolve: (() => void) | null = null
      const wake = () => {
        dirty = true
        resolve?.()
      }
      const stop = () => resolve?.()
      wakers.add(wake)
      signal?.addEventListener('abort', stop)
      try {
        while (!signal?.aborted) {
          dirty = false
          yield await read()
          await pause(minIntervalMs, signal)
          if (!dirty && !signal?.aborted) {
            await new Promise<void>((done) => {
              resolve = done
            })
            resolve = null
          }
        }
      } finally {
        wakers.delete(wake)
        signal?.removeEventListener('abort', stop)
      }
    },
  }
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const finish = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', finish)
      done()
    }
    const timer = setTimeout(finish, ms)
    signal?.addEventListener('abort', finish)
  })
}
