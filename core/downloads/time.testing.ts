/** Time that passes when the program sleeps, so that no test waits. */
export interface TestTime {
  now(): number
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** While true, long sleeps last until time is moved on by hand. */
  held: boolean
  advance(ms: number): void
}

/** Shorter than this a sleep is real work, as that of the speed limit. */
const LONG_MS = 200

export function createTestTime(): TestTime {
  let ahead = 0
  const sleepers = new Set<{ due: number; wake: () => void }>()
  const now = () => Date.now() + ahead
  const time: TestTime = {
    now,
    held: false,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        const abort = () => {
          sleepers.delete(sleeper)
          reject(signal?.reason as Error) // whoever aborts gives an Error
        }
        const sleeper = {
          due: now() + ms,
          wake() {
            sleepers.delete(sleeper)
            signal?.removeEventListener('abort', abort)
            resolve()
          },
        }
        if (signal?.aborted) return abort()
        signal?.addEventListener('abort', abort, { once: true })
        sleepers.add(sleeper)
        if (ms < LONG_MS) setTimeout(sleeper.wake, ms)
        else if (!time.held) {
          setTimeout(() => {
            if (!sleepers.has(sleeper)) return
            ahead += Math.max(0, sleeper.due - now())
            sleeper.wake()
          }, 2)
        }
      })
    },
    advance(ms) {
      ahead += ms
      for (const sleeper of sleepers) if (sleeper.due <= now()) sleeper.wake()
    },
  }
  return time
}
