/** A process says each second that it lives; on a machine that swaps it may take its time. */
const SILENCE_MS = 60_000
/** One step of a model that works. Swapped weights and huge contexts are slow, but not that slow. */
const STANDSTILL_MS = 180_000
/** Reading a large file from a slow disk: progress is told in steps. */
const LOAD_STANDSTILL_MS = 600_000
/** Ticks come each second: if none came for so long, the computer slept or the core stood still. */
const SLEEP_MS = 15_000

/** Sees whether one engine hangs. All times on the monotonic clock. */
export interface Watchdog {
  /** It told something: while loading its progress, later its heartbeat with the count of its steps. */
  heard(steps?: number): void
  /** How long it has done nothing although it should, when that is too long; null: it lives. */
  hungFor(state: 'loading' | 'working' | 'idle'): number | null
  /** The computer slept: nothing that stood still meanwhile counts. */
  forgive(): void
}

export function createWatchdog(clock: () => number): Watchdog {
  let heardAt = clock()
  let movedAt = clock()
  let steps = -1
  return {
    heard(now) {
      heardAt = clock()
      if (now === undefined || now !== steps) movedAt = heardAt
      if (now !== undefined) steps = now
    },
    hungFor(state) {
      // Between two jobs there are no steps to count.
      if (state === 'idle') movedAt = clock()
      const silent = clock() - heardAt
      if (state === 'loading') return silent > LOAD_STANDSTILL_MS ? silent : null
      if (silent > SILENCE_MS) return silent
      const still = clock() - movedAt
      return state === 'working' && still > STANDSTILL_MS ? still : null
    },
    forgive() {
      heardAt = clock()
      movedAt = heardAt
    },
  }
}

/** Tells from the times of regular ticks whether the computer slept in between. */
export function createSleepDetector(clock: () => number): () => boolean {
  let last = clock()
  return () => {
    const slept = clock() - last > SLEEP_MS
    last = clock()
    return slept
  }
}
