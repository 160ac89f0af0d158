/** A window of costs is judged when it holds so many, or has lasted so long. */
const windowCosts = 8
const windowMs = 250
/** The present choice is doubted when it costs so much more than when it was chosen. */
const doubtfulFactor = 1.4
/** A trial is given up at once when a step costs so much more than the present choice. */
const hopelessFactor = 2
/** A new choice must be clearly better, or it would flutter. */
const betterFactor = 0.9
const firstPauseMs = 2_000
const longestPauseMs = 30_000

/**
 * Finds out while it runs how many threads are fastest. ggml's threads wait for each other by spinning: when something
 * else needs one of the CPUs, every step waits for a thread that is not running, and two threads can be fifty times
 * slower than one. So it goes down the ladder at the start as long as fewer threads are cheaper, and tries the
 * neighbours again when the present count becomes dear or is less than planned, at growing intervals.
 */
export class ThreadTuner {
  readonly #ladder: readonly number[]
  readonly #costs: (number | undefined)[]
  #home = 0
  #current = 0
  /** What the home cost when it was chosen, at best. */
  #baseline = Infinity
  #trials: number[]
  #window: number[] = []
  #windowMs = 0
  #pauseMs = firstPauseMs
  #nextTrialAt = 0

  /** @param most threads that the plan allows */
  constructor(most: number) {
    this.#ladder = [...new Set([most, Math.ceil(most / 2), 1])]
    this.#costs = this.#ladder.map(() => undefined)
    this.#trials = this.#existing([1])
  }

  /** Threads for the next step. */
  get threads(): number {
    return this.#ladder[this.#current] ?? 1
  }

  /** Whether the start is over: the planned count and its neighbour have been measured. */
  get settled(): boolean {
    return this.#ladder.length === 1 || (this.#nextTrialAt > 0 && this.#trials.length === 0)
  }

  /** Begins where another tuner of the same machine has arrived. */
  follow(other: ThreadTuner): void {
    this.#home = this.#current = Math.min(other.#home, this.#ladder.length - 1)
    this.#trials = []
  }

  /**
   * Tells what the step just run cost.
   *
   * @param cost comparable between steps: ms of a step, or ms a token
   * @param ms how long it took
   * @param now in ms, monotonic
   */
  record(cost: number, ms: number, now: number): void {
    if (this.#ladder.length === 1) return
    this.#window.push(cost)
    this.#windowMs += ms
    const isTrial = this.#current !== this.#home
    const isHopeless = isTrial && cost > hopelessFactor * this.#costOf(this.#home)
    const isFull = this.#window.length >= windowCosts || this.#windowMs >= windowMs
    if (!isHopeless && !isFull) return
    const mean = this.#window.reduce((sum, value) => sum + value, 0) / this.#window.length
    this.#window = []
    this.#windowMs = 0
    this.#costs[this.#current] = mean
    if (isTrial) this.#afterTrial(now)
    else this.#atHome(mean, now)
  }

  #atHome(mean: number, now: number): void {
    this.#baseline = Math.min(this.#baseline, mean)
    if (this.#trials.length === 0 && now >= this.#nextTrialAt) {
      if (mean > this.#baseline * doubtfulFactor) this.#trials = this.#existing([this.#home + 1, this.#home - 1])
      else if (this.#home > 0) this.#trials = [this.#home - 1]
    }
    this.#nextTrial()
  }

  #afterTrial(now: number): void {
    const tried = this.#current
    const moved = this.#costOf(tried) < this.#costOf(this.#home) * betterFactor
    const down = tried > this.#home
    if (moved) this.#home = tried
    if (moved && down) this.#trials = this.#existing([tried + 1])
    if (this.#trials.length > 0) return this.#nextTrial()
    this.#pauseMs = moved ? firstPauseMs : Math.min(this.#pauseMs * 2, longestPauseMs)
    this.#nextTrialAt = now + this.#pauseMs
    this.#current = this.#home
    this.#baseline = this.#costOf(this.#home)
  }

  #costOf(index: number): number {
    return this.#costs[index] ?? Infinity
  }

  #nextTrial(): void {
    this.#current = this.#trials.shift() ?? this.#home
  }

  #existing(indexes: number[]): number[] {
    return indexes.filter((index) => index >= 0 && index < this.#ladder.length)
  }
}
