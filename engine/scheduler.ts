import type { EnginePriority } from '../shared/process/engine.ts'
import { chooseSlot, type Slot, type SlotState } from './slots.ts'

/** Who waits this long goes before newcomers of the class above, ms. */
const ageMs = 20_000

/** Lowest first. */
const classes: readonly EnginePriority[] = ['ahead', 'batch', 'api', 'person']
const highest = classes.length - 1

/** A request in the eyes of the scheduler. */
export interface Ticket {
  readonly priority: EnginePriority
  /** Shown with the slot that it takes. */
  readonly owner: string
}

/** The right to use a slot, until it is released. */
export interface Lease<S> {
  readonly slot: S
  /** Somebody more urgent waits for a slot: its holder stops after the present step, releases, and asks again. */
  readonly wanted: boolean
  release(): void
}

/** A slot as it is now. */
export interface Occupation<S> {
  readonly slot: S
  readonly ticket: Ticket | null
}

/**
 * Hands out the slots of a context. Who comes when all are busy waits by priority, then by arrival; waiting makes more
 * urgent, so that nobody waits for ever. A request that is more urgent than a running one makes that one give way.
 */
export interface Scheduler<Token, S extends SlotState<Token>> {
  /**
   * A slot for this prompt. A ticket that asks again keeps the place of its first arrival. Rejects with the signal's
   * reason.
   */
  acquire(ticket: Ticket, prompt: readonly Token[], signal: AbortSignal): Promise<Lease<S>>
  /** A slot that nobody uses and nobody waits for; null when there is none. */
  tryAcquire(ticket: Ticket, prompt: readonly Token[]): Lease<S> | null
  /** This very slot, for a moment; null while somebody uses it. */
  tryHold(slot: S, ticket: Ticket): Lease<S> | null
  readonly waiting: number
  readonly occupations: readonly Occupation<S>[]
}

interface Entry<Token, S> {
  ticket: Ticket
  prompt: readonly Token[]
  arrival: number
  since: number
  take: (slot: Slot<S>) => void
}

interface Held<S> {
  slot: Slot<S>
  ticket: Ticket
  rank: number
  startedAs: number
  wanted: boolean
}

/** @param isDear whether what a slot holds would have to be saved before another takes it, for which all wait */
export function createScheduler<Token, S extends SlotState<Token>>(
  states: readonly S[],
  isDear: (state: S) => boolean = () => false,
  now: () => number = () => performance.now(),
): Scheduler<Token, S> {
  const slots: Slot<S>[] = states.map((state) => ({ state, usedAt: 0 }))
  const held = new Map<Slot<S>, Held<S>>()
  const waiting: Entry<Token, S>[] = []
  const arrivals = new WeakMap<Ticket, number>()
  let clock = 0

  const arrivalOf = (ticket: Ticket) => {
    const known = arrivals.get(ticket) ?? ++clock
    arrivals.set(ticket, known)
    return known
  }
  const rankOf = (entry: Entry<Token, S>) =>
    Math.min(highest, baseRank(entry.ticket) + Math.floor((now() - entry.since) / ageMs))
  const isIdle = (slot: Slot<S>) => !held.has(slot)
  const choose = (prompt: readonly Token[]) => chooseSlot<Token, S>(slots, isIdle, prompt, isDear)

  function hold(slot: Slot<S>, ticket: Ticket, rank: number): Lease<S> {
    const holding: Held<S> = { slot, ticket, rank, startedAs: ++clock, wanted: false }
    held.set(slot, holding)
    slot.usedAt = clock
    return {
      slot: slot.state,
      get wanted() {
        return holding.wanted
      },
      release: () => {
        if (held.get(slot) !== holding) return
        held.delete(slot)
        settle()
      },
    }
  }

  /** Gives idle slots away, and asks holders to make room for those who are more urgent. */
  function settle(): void {
    waiting.sort((a, b) => rankOf(b) - rankOf(a) || a.arrival - b.arrival)
    while (waiting.length > 0) {
      const [next] = waiting
      const slot = next && choose(next.prompt)
      if (!next || !slot) break
      waiting.shift()
      next.take(slot)
    }
    for (const holding of held.values()) holding.wanted = false
    // Ageing decides who comes next, but takes nobody's slot away: else two old requests would displace each other.
    for (const entry of waiting) {
      const victim = mostDispensable([...held.values()].filter((holding) => !holding.wanted))
      if (victim === null || victim.rank >= baseRank(entry.ticket)) continue
      victim.wanted = true
    }
  }

  return {
    acquire(ticket, prompt, signal) {
      signal.throwIfAborted()
      const arrival = arrivalOf(ticket)
      return new Promise((resolve, reject) => {
        const entry: Entry<Token, S> = {
          ticket,
          prompt,
          arrival,
          since: now(),
          take: (slot) => {
            signal.removeEventListener('abort', leave)
            resolve(hold(slot, ticket, rankOf(entry)))
          },
        }
        const leave = () => {
          waiting.splice(waiting.indexOf(entry), 1)
          settle()
          reject(signal.reason)
        }
        signal.addEventListener('abort', leave, { once: true })
        waiting.push(entry)
        settle()
      })
    },
    tryAcquire(ticket, prompt) {
      const slot = waiting.length > 0 ? null : choose(prompt)
      return slot === null ? null : hold(slot, ticket, baseRank(ticket))
    },
    tryHold(state, ticket) {
      const slot = slots.find((candidate) => candidate.state === state)
      if (slot === undefined || !isIdle(slot)) return null
      const { usedAt } = slot
      const lease = hold(slot, ticket, baseRank(ticket))
      slot.usedAt = usedAt
      return lease
    },
    get waiting() {
      return waiting.length
    },
    get occupations() {
      return slots.map((slot) => ({ slot: slot.state, ticket: held.get(slot)?.ticket ?? null }))
    },
  }
}

/** The least urgent; of equals the newest, which has the least to lose. */
function mostDispensable<S>(holdings: Held<S>[]): Held<S> | null {
  return holdings.reduce<Held<S> | null>(
    (worst, holding) =>
      worst === null ||
      holding.rank < worst.rank ||
      (holding.rank === worst.rank && holding.startedAs > worst.startedAs)
        ? holding
        : worst,
    null,
  )
}

function baseRank(ticket: Ticket): number {
  return classes.indexOf(ticket.priority)
}

/** The library's evaluation priority of a request, 1 to 5. */
export function evaluationPriority(priority: EnginePriority): 1 | 2 | 3 | 4 {
  return ({ ahead: 1, batch: 2, api: 3, person: 4 } as const)[priority]
}
