import { ThreadTuner } from './thread-tuner.ts'

/** The time of a smaller prompt chunk says too little about its tokens. */
const measurableChunk = 16

export interface ThreadPlan {
  decodeThreads: number
  batchThreads: number
  /** Up to so many tokens a batch counts as decoding: its time is that of reading the weights once. */
  decodeBatchMax: number
  /** Whether to find out what is fastest while running; a GPU does not care. */
  tuned: boolean
}

interface Step {
  tuner: ThreadTuner
  tokens: number
  startedAt: number
}

/** Sets the threads of each native step and learns from how long it took. */
export class ThreadControl {
  /** By the power of two that a step's tokens fit in: a step of eight costs more than one of a single token. */
  readonly #decode = new Map<number, ThreadTuner>()
  readonly #prefill: ThreadTuner
  readonly #plan: ThreadPlan
  readonly #setThreads: (threads: number) => void
  #step: Step | null = null

  constructor(plan: ThreadPlan, setThreads: (threads: number) => void) {
    this.#plan = plan
    this.#prefill = new ThreadTuner(plan.batchThreads)
    this.#setThreads = setThreads
  }

  /** Called right before a step of so many tokens. */
  begin(tokens: number): void {
    const decoding = tokens <= this.#plan.decodeBatchMax
    const tuner = decoding ? this.#decodeTuner(tokens) : this.#prefill
    if (this.#plan.tuned) this.#setThreads(tuner.threads)
    else this.#setThreads(decoding ? this.#plan.decodeThreads : this.#plan.batchThreads)
    this.#step =
      this.#plan.tuned && (decoding || tokens >= measurableChunk)
        ? { tuner, tokens, startedAt: performance.now() }
        : null
  }

  /** Called by whoever first sees that the step is over. */
  end(): void {
    const step = this.#step
    if (step === null) return
    this.#step = null
    const now = performance.now()
    const ms = now - step.startedAt
    step.tuner.record(step.tuner === this.#prefill ? ms / step.tokens : ms, ms, now)
  }

  /** Whether enough is known to begin. */
  get settled(): boolean {
    return !this.#plan.tuned || this.#decodeTuner(1).settled
  }

  /** What was learned while decoding holds for prompts too, until they have been measured. */
  carryOver(): void {
    this.#prefill.follow(this.#decodeTuner(1))
  }

  #decodeTuner(tokens: number): ThreadTuner {
    const size = Math.ceil(Math.log2(Math.max(1, tokens)))
    const known = this.#decode.get(size)
    if (known !== undefined) return known
    const made = new ThreadTuner(this.#plan.decodeThreads)
    const single = this.#decode.get(0)
    if (single !== undefined) made.follow(single)
    this.#decode.set(size, made)
    return made
  }
}
