import { worthKeeping } from './states/prefix-cache.ts'

interface Waiter {
  at: number
  hasToLeave: () => boolean
  wake: (isThere: boolean) => void
}

interface Member<S> {
  slot: S
  tokens: readonly number[]
  rank: number
  /** Tokens that are in its slot's cache; null while it waits for another one. */
  done: number | null
  waiters: Set<Waiter>
}

/** One prompt that is being read, as seen by others that begin alike. */
export interface SharedReader {
  /**
   * Waits while another request reads the same long beginning; true when a state with that beginning was kept meanwhile,
   * which is far quicker to load. False at once when there is none such, or as soon as it comes to nothing.
   */
  waitForOther(cached: number, hasToLeave: () => boolean, signal: AbortSignal): Promise<boolean>
  /** The next chunk, cut where others need the state. */
  cut(done: number, chunk: number): number
  /** So much is read; keeps the state for those who wait for it. */
  reached(done: number): Promise<void>
  /** Whether somebody waits for it. */
  readonly isAwaited: boolean
  leave(): void
}

/**
 * Lets requests with a common beginning (`n` answers, a handbook as system prompt) read it once. It is worth it from the
 * length on at which states are kept: 1,900 tokens of the shipped model take 1.5 s to read, 50 ms to save and load.
 */
export interface SharedPrefixes<S> {
  enter(slot: S, tokens: readonly number[], rank: number, done: number): SharedReader
}

/**
 * @param keep keeps what a slot holds, unless its first so many tokens are kept already
 * @param wholeOnly a state can't be cut to what is shared, so it must be taken exactly there
 */
export function createSharedPrefixes<S>(
  keep: (slot: S, tokens: number) => Promise<void>,
  wholeOnly: boolean,
): SharedPrefixes<S> {
  const members = new Set<Member<S>>()

  function bestDonor(reader: Member<S>, cached: number): { donor: Member<S>; at: number } | null {
    let best: { donor: Member<S>; at: number } | null = null
    for (const donor of members) {
      // Whoever is more urgent does not wait for the slower pace of another.
      if (donor === reader || donor.done === null || donor.rank < reader.rank) continue
      const at = Math.min(commonPrefix(donor.tokens, reader.tokens), donor.tokens.length - 1, reader.tokens.length - 1)
      if (at - cached <= worthKeeping || at <= (best?.at ?? 0)) continue
      if (wholeOnly && donor.done > at) continue
      best = { donor, at }
    }
    return best
  }

  return {
    enter(slot, tokens, rank, begin) {
      const reader: Member<S> = { slot, tokens, rank, done: begin, waiters: new Set() }
      members.add(reader)
      return {
        async waitForOther(cached, hasToLeave, signal) {
          const found = bestDonor(reader, cached)
          if (found === null) return false
          const { donor, at } = found
          if ((donor.done ?? 0) >= at) {
            await keep(donor.slot, at)
            return true
          }
          reader.done = null
          try {
            return await waitFor(donor, at, hasToLeave, signal)
          } finally {
            reader.done = cached
          }
        },
        cut(done, chunk) {
          const stops = [...reader.waiters].map(({ at }) => at - done).filter((distance) => distance > 0)
          return Math.min(chunk, ...stops)
        },
        async reached(done) {
          reader.done = done
          const ready = [...reader.waiters].filter(({ at }) => at <= done)
          if (ready.length > 0) await keep(slot, Math.max(...ready.map(({ at }) => at)))
          for (const waiter of ready) waiter.wake(true)
          for (const waiter of reader.waiters) if (waiter.hasToLeave()) waiter.wake(false)
        },
        get isAwaited() {
          return reader.waiters.size > 0
        },
        leave() {
          members.delete(reader)
          for (const waiter of reader.waiters) waiter.wake(false)
        },
      }
    },
  }
}

function waitFor<S>(donor: Member<S>, at: number, hasToLeave: () => boolean, signal: AbortSignal): Promise<boolean> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const end = () => {
      donor.waiters.delete(waiter)
      signal.removeEventListener('abort', abort)
    }
    const abort = () => {
      end()
      reject(signal.reason)
    }
    const waiter: Waiter = {
      at,
      hasToLeave,
      wake: (isThere) => {
        end()
        resolve(isThere)
      },
    }
    signal.addEventListener('abort', abort, { once: true })
    donor.waiters.add(waiter)
  })
}

function commonPrefix(a: readonly number[], b: readonly number[]): number {
  const most = Math.min(a.length, b.length)
  let length = 0
  while (length < most && a[length] === b[length]) length++
  return length
}
