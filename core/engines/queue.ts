import type { Priority } from '../../shared/domain/generation.ts'

/** A batch job that waited so long goes on as if a program had asked for it. It never gets past a person. */
const AGE_MS = 30_000
/** Before anything was measured. */
const USUAL_SERVICE_MS = 10_000
const LONGEST_RETRY_SECONDS = 600
/** Weight of the newest of the durations that are averaged. */
const NEWEST = 0.2

const ranks: Readonly<Record<Priority, number>> = { person: 0, api: 1, batch: 2 }

/** A request's place: in the engine once its turn has come. */
export interface Place {
  /** Resolves with the priority to work at. Rejects when the queue was abandoned. */
  turn: Promise<Priority>
  /** Gives the place free, at whatever stage. */
  leave(): void
}

/** Who waits for one model. */
export interface Queue {
  /** Null when nobody more may wait. */
  enter(who: { priority: Priority; onPosition: (position: number) => void }): Place | null
  /** Requests that the engine has, and those that wait for it. */
  readonly placed: number
  readonly waiting: number
  /** When a place should be free, from how long requests took: 1 to 600. */
  retryAfterSeconds(): number
  /** Time has passed: who waited long moves up. */
  tick(): void
  /** Ends the waiting of all that have no turn yet. */
  abandon(error: unknown): void
}

interface Waiter {
  priority: Priority
  arrivedAt: number
  startedAt: number | null
  position: number
  onPosition: (position: number) => void
  start(priority: Priority): void
  reject(error: unknown): void
}

/**
 * A bounded queue. A request goes to the engine while fewer than `slots` of its own or a higher priority are there: the
 * engine sets lower ones aside for it at the next chunk, so that a person never waits behind a batch job, and those of
 * equal rank wait here, in order.
 *
 * @param clock monotonic milliseconds
 */
export function createQueue({
  clock,
  slots,
  maxWaiting,
}: {
  clock: () => number
  slots: () => number
  maxWaiting: number
}): Queue {
  let waiting: Waiter[] = []
  const placed = new Set<Waiter>()
  let serviceMs = USUAL_SERVICE_MS

  const rankNow = (waiter: Waiter) =>
    waiter.priority === 'batch' && clock() - waiter.arrivedAt >= AGE_MS ? ranks.api : ranks[waiter.priority]
  const mayStart = (rank: number) => [...placed].filter((other) => ranks[other.priority] <= rank).length < slots()

  function begin(waiter: Waiter): void {
    if (rankNow(waiter) === ranks.api) waiter.priority = 'api'
    waiter.startedAt = clock()
    placed.add(waiter)
    waiter.start(waiter.priority)
  }

  function pump(): void {
    // Sorting keeps the order of arrival among equals.
    const inOrder = waiting.toSorted((a, b) => rankNow(a) - rankNow(b))
    waiting = []
    for (const waiter of inOrder) {
      if (mayStart(rankNow(waiter))) begin(waiter)
      else waiting.push(waiter)
    }
    for (const [index, waiter] of waiting.entries()) {
      if (waiter.position === index + 1) continue
      waiter.position = index + 1
      waiter.onPosition(waiter.position)
    }
  }

  return {
    enter({ priority, onPosition }) {
      if (waiting.length >= maxWaiting && !mayStart(ranks[priority])) return null
      const waiter: Waiter = {
        priority,
        arrivedAt: clock(),
        startedAt: null,
        position: 0,
        onPosition,
        start: () => {},
        reject: () => {},
      }
      const turn = new Promise<Priority>((resolve, reject) => {
        waiter.start = resolve
        waiter.reject = reject
      })
      // Who leaves while it waits does not listen any more.
      turn.catch(() => {})
      waiting.push(waiter)
      pump()
      return {
        turn,
        leave() {
          waiting = waiting.filter((other) => other !== waiter)
          if (placed.delete(waiter) && waiter.startedAt !== null) {
            serviceMs += NEWEST * (clock() - waiter.startedAt - serviceMs)
          }
          pump()
        },
      }
    },
    get placed() {
      return placed.size
    },
    get waiting() {
      return waiting.length
    },
    retryAfterSeconds() {
      const ahead = waiting.length + 1
      const seconds = Math.ceil((serviceMs * ahead) / Math.max(1, slots()) / 1000)
      return Math.min(LONGEST_RETRY_SECONDS, Math.max(1, seconds))
    },
    tick: pump,
    abandon(error) {
      for (const waiter of waiting.splice(0)) waiter.reject(error)
    },
  }
}

/** `HEARTH_MAX_QUEUE`: requests that may wait for one model; 0 none, 512 unless it says otherwise. */
export function maxQueueOf(env: NodeJS.ProcessEnv): number {
  const given = env['HEARTH_MAX_QUEUE']?.trim()
  const count = given ? Number(given) : Number.NaN
  return Number.isSafeInteger(count) && count >= 0 ? count : 512
}
