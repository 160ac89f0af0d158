import type { Step } from './batching.ts'
import { tileTokens } from './pace.ts'
import { ThreadTuner } from './thread-tuner.ts'

/** The time of a smaller prompt chunk says too little about its tokens. */
const measurableChunk = 16
/** Tokens cost at most a third more at the end of such a range than at its begin, which raises no doubt. */
const prefillDepthRange = 512
/** A step that writes also reads the weights, so that depth changes it less. */
const decodeDepthRange = 1024

/** Steps that write are alike. Chunks are not: tokens of small ones cost up to twice as much, and a trial as well. */
const doubtfulStep = 1.4
const doubtfulToken = 2.5

export interface ThreadPlan {
  decodeThreads: number
  batchThreads: number
  /** Up to so many tokens a batch counts as decoding: its time is that of reading the weights once. */
  decodeBatchMax: number
  /** Whether to find out what is fastest while running; a GPU does not care. */
  tuned: boolean
}

interface Timed {
  tuner: ThreadTuner
  /** Among which its time is divided. */
  tokens: number
  startedAt: number
}

/** Sets the threads of each native step and learns from how long it took. */
export class ThreadControl {
  /** By the power of two that a step's tokens fit in, and range of depth: what a step costs depends on both. */
  readonly #decode = new Map<string, ThreadTuner>()
  /** By whether a chunk fills a tile, and range of depth: what a token costs depends on both. */
  readonly #prefill = new Map<string, ThreadTuner>()
  readonly #plan: ThreadPlan
  readonly #setThreads: (threads: number) => void
  #step: Timed | null = null
  /** Whose step was the last: what it knows of the machine is the newest. */
  #latest: ThreadTuner | null = null

  readonly #now: () => number

  constructor(plan: ThreadPlan, setThreads: (threads: number) => void, now: () => number = () => performance.now()) {
    this.#plan = plan
    this.#setThreads = setThreads
    this.#now = now
  }

  /** Called right before a step. */
  begin({ tokens, depth }: Pick<Step, 'tokens' | 'depth'>): void {
    const decoding = tokens <= this.#plan.decodeBatchMax
    const tuner = decoding ? this.#decodeTuner(tokens, depth) : this.#prefillTuner(tokens, depth)
    if (this.#plan.tuned) this.#setThreads(tuner.threads)
    else this.#setThreads(decoding ? this.#plan.decodeThreads : this.#plan.batchThreads)
    this.#step =
      this.#plan.tuned && (decoding || tokens >= measurableChunk)
        ? { tuner, tokens: decoding ? 1 : tokens, startedAt: this.#now() }
        : null
  }

  /** Called by whoever first sees that the step is over. */
  end(): void {
    const step = this.#step
    if (step === null) return
    this.#step = null
    const now = this.#now()
    const ms = now - step.startedAt
    step.tuner.record(ms / step.tokens, ms, now)
    this.#latest = step.tuner
  }

  /** Whether enough is known to begin. */
  get settled(): boolean {
    return !this.#plan.tuned || this.#decodeTuner(1, 0).settled
  }

  #prefillTuner(tokens: number, depth: number): ThreadTuner {
    const key = `${tokens >= tileTokens} ${Math.floor(depth / prefillDepthRange)}`
    // A chunk with too few threads is dear, so they are tried only where there is reason to.
    return known(this.#prefill, key, () => this.#tuner(this.#plan.batchThreads, false))
  }

  #decodeTuner(tokens: number, depth: number): ThreadTuner {
    const { decodeThreads } = this.#plan
    const key = `${Math.ceil(Math.log2(Math.max(1, tokens)))} ${Math.floor(depth / decodeDepthRange)}`
    return known(this.#decode, key, () => this.#tuner(decodeThreads, true))
  }

  #tuner(planned: number, tries: boolean): ThreadTuner {
    const { decodeThreads, batchThreads } = this.#plan
    const ladder = ladderOf(tries ? Math.max(decodeThreads, sparing(batchThreads)) : batchThreads, planned)
    const crowded = this.#latest?.isCrowded === true ? this.#latest.threads : null
    return new ThreadTuner(ladder, {
      start: Math.min(planned, crowded ?? planned),
      tries: tries && crowded === null,
      doubtfulFactor: tries ? doubtfulStep : doubtfulToken,
      isCrowded: crowded !== null,
    })
  }
}

/** As the plan of threads: on more than two processors one is left to the rest of the computer while answers are written. */
function sparing(threads: number): number {
  return threads <= 2 ? threads : threads - 1
}

/** Thread counts worth trying, the most first. */
function ladderOf(most: number, planned: number): number[] {
  return [...new Set([most, planned, Math.ceil(most / 2), 1])].toSorted((a, b) => b - a)
}

function known<Key, Value>(values: Map<Key, Value>, key: Key, make: () => Value): Value {
  const existing = values.get(key)
  if (existing !== undefined) return existing
  const made = make()
  values.set(key, made)
  return made
}
