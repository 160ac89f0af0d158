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
  /** Null when nobody more may wait. @param owner whose turn it takes: equals of several owners go by turns */
  enter(who: { priority: Priority; owner: string; onPosition: (position: number) => void }): Place | null
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
  owner: string
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
 * equal rank wait here.
 *
 * Among equals the owner with the fewest requests in the engine goes first, then the one who has waited longest for a
 * turn, and the requests of one owner in the order of their arrival: who sends a hundred at once delays nobody else's
 * first. When no more may wait, an owner of whom nobody waits yet may, so that one alone can't shut the door.
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
  /** In the order of arrival. */
  let waiting: Waiter[] = []
  const placed = new Set<Waiter>()
  /** Counts up with each turn; whoever's number is lower has waited longer for one. */
  const lastTurns = new Map<string, number>()
  let turns = 0
  let serviceMs = USUAL_SERVICE_MS

  const rankNow = (waiter: Waiter) =>
    waiter.priority === 'batch' && clock() - waiter.arrivedAt >= AGE_MS ? ranks.api : ranks[waiter.priority]
  const mayStart = (rank: number) => [...placed].filter((other) => ranks[other.priority] <= rank).length < slots()

  function begin(waiter: Waiter): void {
    if (rankNow(waiter) === ranks.api) waiter.priority = 'api'
    waiter.startedAt = clock()
    placed.add(waiter)
    lastTurns.set(waiter.owner, ++turns)
    waiter.start(waiter.priority)
  }

  /** Who waits, in the order in which they go as things stand. */
  function inOrder(): Waiter[] {
    const ordered: Waiter[] = []
    // Once for all: meanwhile one may come of age.
    const ranked = waiting.map((waiter) => ({ waiter, rank: rankNow(waiter) }))
    const turnOf = new Map(lastTurns)
    for (const rank of Object.values(ranks)) {
      const lines = new Map<string, Waiter[]>()
      for (const { waiter } of ranked.filter((one) => one.rank === rank)) {
        const line = lines.get(waiter.owner)
        if (line === undefined) lines.set(waiter.owner, [waiter])
        else line.push(waiter)
      }
      const counts = new Map<string, number>()
      for (const { owner } of [...placed].filter(({ priority }) => ranks[priority] <= rank).concat(ordered)) {
        counts.set(owner, (counts.get(owner) ?? 0) + 1)
      }
      for (let next = firstOf(lines, counts, turnOf); next !== null; next = firstOf(lines, counts, turnOf)) {
        ordered.push(next)
        counts.set(next.owner, (counts.get(next.owner) ?? 0) + 1)
        turnOf.set(next.owner, turns + ordered.length)
      }
    }
    return ordered
  }

  function pump(): void {
    const ordered = inOrder()
    const staying = ordered.filter((waiter) => {
      if (!mayStart(rankNow(waiter))) return true
      begin(waiter)
      return false
    })
    waiting = waiting.filter((waiter) => waiter.startedAt === null)
    for (const [index, waiter] of staying.entries()) {
      if (waiter.position === index + 1) continue
      waiter.position = index + 1
      waiter.onPosition(waiter.position)
    }
  }

  return {
    enter({ priority, owner, onPosition }) {
      const mayWait = waiting.length < maxWaiting || (maxWaiting > 0 && waiting.every((other) => other.owner !== owner))
      if (!mayWait && !mayStart(ranks[priority])) return null
      const waiter: Waiter = {
        priority,
        owner,
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

/** Takes out the next one of those in `lines`, which are never empty; null when there is none. */
function firstOf(
  lines: Map<string, Waiter[]>,
  counts: ReadonlyMap<string, number>,
  turnOf: ReadonlyMap<string, number>,
): Waiter | null {
  let best: { line: Waiter[]; count: number; turn: number } | null = null
  for (const [owner, line] of lines) {
    const count = counts.get(owner) ?? 0
    const turn = turnOf.get(owner) ?? 0
    // Who never had a turn goes by arrival, in which order the lines are.
    if (best === null || count < best.count || (count === best.count && turn < best.turn)) best = { line, count, turn }
  }
  const next = best?.line.shift() ?? null
  if (next !== null && best?.line.length === 0) lines.delete(next.owner)
  return next
}

/** `HEARTH_MAX_QUEUE`: requests that may wait for one model; 0 none, 512 unless it says otherwise. */
export function maxQueueOf(env: NodeJS.ProcessEnv): number {
  const given = env['HEARTH_MAX_QUEUE']?.trim()
  const count = given ? Number(given) : Number.NaN
  return Number.isSafeInteger(count) && count >= 0 ? count : 512
}
