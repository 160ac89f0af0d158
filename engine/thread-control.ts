import type { Step } from './batching.ts'
import { ThreadTuner } from './thread-tuner.ts'

/** The time of a smaller prompt chunk says too little about its tokens. */
const measurableChunk = 16
/** Tokens cost at most a third more at the end of such a range than at its begin, which raises no doubt. */
const depthRange = 512

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
  /** By the power of two that a step's tokens fit in: a step of eight costs more than one of a single token. */
  readonly #decode = new Map<number, ThreadTuner>()
  /** By range of depth: tokens cost more behind others. */
  readonly #prefill = new Map<number, ThreadTuner>()
  readonly #plan: ThreadPlan
  readonly #setThreads: (threads: number) => void
  #step: Timed | null = null

  constructor(plan: ThreadPlan, setThreads: (threads: number) => void) {
    this.#plan = plan
    this.#setThreads = setThreads
  }

  /** Called right before a step. */
  begin({ tokens, depth }: Pick<Step, 'tokens' | 'depth'>): void {
    const decoding = tokens <= this.#plan.decodeBatchMax
    const tuner = decoding ? this.#decodeTuner(tokens) : this.#prefillTuner(depth)
    if (this.#plan.tuned) this.#setThreads(tuner.threads)
    else this.#setThreads(decoding ? this.#plan.decodeThreads : this.#plan.batchThreads)
    this.#step =
      this.#plan.tuned && (decoding || tokens >= measurableChunk)
        ? { tuner, tokens: decoding ? 1 : tokens, startedAt: performance.now() }
        : null
  }

  /** Called by whoever first sees that the step is over. */
  end(): void {
    const step = this.#step
    if (step === null) return
    this.#step = null
    const now = performance.now()
    const ms = now - step.startedAt
    step.tuner.record(ms / step.tokens, ms, now)
  }

  /** Whether enough is known to begin. */
  get settled(): boolean {
    return !this.#plan.tuned || this.#decodeTuner(1).settled
  }

  #prefillTuner(depth: number): ThreadTuner {
    return this.#tunerOf(this.#prefill, Math.floor(depth / depthRange), this.#plan.batchThreads)
  }

  #decodeTuner(tokens: number): ThreadTuner {
    return this.#tunerOf(this.#decode, Math.ceil(Math.log2(Math.max(1, tokens))), this.#plan.decodeThreads)
  }

  /** The first one finds out for itself, all others begin with what single tokens have shown. */
  #tunerOf(tuners: Map<number, ThreadTuner>, key: number, threads: number): ThreadTuner {
    const known = tuners.get(key)
    if (known !== undefined) return known
    const made = new ThreadTuner(threads)
    const single = this.#decode.get(0)
    if (single !== undefined) made.follow(single)
    tuners.set(key, made)
    return made
  }
}
