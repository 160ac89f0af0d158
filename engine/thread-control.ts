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
  readonly #decode: ThreadTuner
  readonly #prefill: ThreadTuner
  readonly #plan: ThreadPlan
  readonly #setThreads: (threads: number) => void
  #step: Step | null = null

  constructor(plan: ThreadPlan, setThreads: (threads: number) => void) {
    this.#plan = plan
    this.#decode = new ThreadTuner(plan.decodeThreads)
    this.#prefill = new ThreadTuner(plan.batchThreads)
    this.#setThreads = setThreads
  }

  /** Called right before a step of so many tokens. */
  begin(tokens: number): void {
    const decoding = tokens <= this.#plan.decodeBatchMax
    const tuner = decoding ? this.#decode : this.#prefill
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
    step.tuner.record(step.tuner === this.#decode ? ms : ms / step.tokens, ms, now)
  }

  /** Whether enough is known to begin. */
  get settled(): boolean {
    return !this.#plan.tuned || this.#decode.settled
  }

  /** What was learned while decoding holds for prompts too, until they have been measured. */
  carryOver(): void {
    this.#prefill.follow(this.#decode)
  }
}
