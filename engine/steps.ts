import type { InFlight, Step } from './batching.ts'
import { tileTokens, type PrefillPace } from './pace.ts'
import type { ThreadControl } from './thread-control.ts'

/** Steps of which the median is told. */
const keptSteps = 32
/** A step that should take longer than this is aborted for a cancel, where that is possible, ms. */
const worthAborting = 30

/** ms that a chunk of a prompt may take: alone, beside running answers, and when it is read ahead of its request. */
export interface PrefillBudget {
  alone: number
  beside: number
  ahead: number
}

/**
 * With the stock addon a chunk can't be stopped, so it is what a cancel waits for. Ours stops inside of it, and only
 * others who arrive meanwhile wait.
 */
export function prefillBudget(native: boolean): PrefillBudget {
  // At a depth of 3k on two CPUs chunks of 64, 128, 256 and 512 tokens make 122, 142, 155 and 157 tokens a second.
  return native ? { alone: 2000, beside: 220, ahead: 100 } : { alone: 1000, beside: 220, ahead: 60 }
}

/** Counts and times the native steps, and shares their time out between those who read prompts. */
export interface Steps {
  readonly count: number
  /** Median of the last steps with running answers, ms; null when none was. */
  readonly decodeMs: number | null
  /** Called by everyone who waited for a step; the first one tells that it is over. */
  end(): void
  /** Tokens that a prompt may read next from this depth. */
  chunk(reader: object, depth: number, kind: 'request' | 'ahead'): number
  /** A reader is through, or gave up. */
  leave(reader: object): void
  /** A stream begins or ends to write. */
  decoding(change: 1 | -1): void
  /** Whether the present step is long enough to be worth aborting. */
  readonly isLong: boolean
  /** The present step is being aborted, so that its time says nothing. */
  abandon(): void
}

export function createSteps(
  { inFlight, pace, threads }: StepParts,
  budget: PrefillBudget,
  now: () => number = () => performance.now(),
): Steps {
  /** Tokens that may be read in one step, for each of those who read a prompt. */
  const readers = new Map<object, number>()
  const decodeTimes: number[] = []
  let count = 0
  let writers = 0
  let current: (Step & { startedAt: number }) | null = null

  inFlight.prefillCap = () => Math.min(...readers.values())
  inFlight.onStep = (step) => {
    count++
    current = { ...step, startedAt: now() }
  }

  function budgetFor(kind: 'request' | 'ahead'): number {
    if (kind === 'ahead') return budget.ahead
    return writers > 0 ? budget.beside : budget.alone
  }

  return {
    get count() {
      return count
    },
    get decodeMs() {
      return median(decodeTimes)
    },
    end() {
      threads.end()
      if (current === null) return
      const { tokens, decoding, depth, startedAt } = current
      current = null
      const ms = now() - startedAt
      if (decoding > 0) {
        decodeTimes.push(ms)
        if (decodeTimes.length > keptSteps) decodeTimes.shift()
      }
      if (tokens > decoding) pace.record(depth, tokens, ms)
    },
    chunk(reader, depth, kind) {
      const ms = budgetFor(kind)
      // Where nobody's words wait for it, it may take the time that a fast chunk needs.
      const chunk = pace.chunkSize(depth, ms, kind === 'request' && writers === 0 ? tileTokens : undefined)
      readers.set(reader, Math.max(chunk, pace.together(depth, ms)))
      return chunk
    },
    leave(reader) {
      readers.delete(reader)
    },
    decoding(change) {
      writers += change
    },
    get isLong() {
      if (current === null || current.tokens === current.decoding) return false
      const ms = pace.expectedMs(current.depth, current.tokens)
      return ms === 0 || ms > worthAborting
    },
    abandon() {
      current = null
    },
  }
}

interface StepParts {
  inFlight: InFlight
  pace: PrefillPace
  threads: Pick<ThreadControl, 'end'>
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? null
}
