/** A window of costs is judged when it holds so many, or has lasted so long. */
const windowCosts = 8
const windowMs = 250
/** A trial is given up at once when a step costs so much more than the present choice. */
const hopelessFactor = 2
/** A new choice must be better, or it would flutter: fewer threads clearly, because a quiet moment makes them look so. */
const betterFactor = { more: 0.95, fewer: 0.9 }
/** More threads cost so many times as much only where something else wants their processors. */
const crowdedFactor = 2
const firstPauseMs = 2_000
const longestPauseMs = 30_000

export interface TunerStart {
  /** The thread count to begin with. */
  start: number
  /** Whether its neighbours are tried at once; else only when there is reason to doubt it. */
  tries: boolean
  /** The present choice is doubted when it costs so many times as much as when it was chosen. */
  doubtfulFactor: number
  /** What another tuner of the same machine knows. */
  isCrowded: boolean
}

/**
 * Finds out while it runs how many threads are fastest. ggml's threads wait for each other by spinning: when something
 * else needs one of the CPUs, every step waits for a thread that is not running, and two threads can be fifty times
 * slower than one. So it goes down the ladder at the start as long as fewer threads are cheaper, and tries the
 * neighbours again when the present count becomes dear or more threads are possible, at growing intervals.
 */
export class ThreadTuner {
  readonly #ladder: readonly number[]
  readonly #costs: (number | undefined)[]
  readonly #wasCrowded: boolean
  readonly #doubtfulFactor: number
  #home: number
  #current: number
  /** What the home cost when it was chosen, at best. */
  #baseline = Infinity
  #trials: number[]
  #window: number[] = []
  #windowMs = 0
  #pauseMs = firstPauseMs
  #nextTrialAt = 0

  /** @param ladder thread counts down to 1, the most first */
  constructor(ladder: readonly number[], { start, tries, doubtfulFactor, isCrowded }: TunerStart) {
    this.#ladder = ladder
    this.#costs = ladder.map(() => undefined)
    this.#wasCrowded = isCrowded
    this.#doubtfulFactor = doubtfulFactor
    this.#home = this.#current = ladder.findIndex((count) => count <= start)
    this.#trials = tries ? this.#existing([this.#home - 1, this.#home + 1]) : []
  }

  /** Threads for the next step. */
  get threads(): number {
    return this.#ladder[this.#current] ?? 1
  }

  /** Whether the start is over: the planned count and its neighbour have been measured. */
  get settled(): boolean {
    return this.#ladder.length === 1 || (this.#nextTrialAt > 0 && this.#trials.length === 0)
  }

  /** Whether more threads turned out so dear that something else must be using the processors. */
  get isCrowded(): boolean {
    const more = this.#costs.slice(0, this.#home).filter((cost) => cost !== undefined)
    if (more.length === 0) return this.#home > 0 && this.#wasCrowded
    return Math.max(...more) > crowdedFactor * this.#costOf(this.#home)
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
    if (this.#wasCrowded && this.#nextTrialAt === 0) this.#nextTrialAt = now + firstPauseMs
    this.#window.push(cost)
    this.#windowMs += ms
    const isTrial = this.#current !== this.#home
    const isHopeless = isTrial && cost > hopelessFactor * this.#costOf(this.#home)
    const isFull = this.#window.length >= windowCosts || this.#windowMs >= windowMs
    if (!isHopeless && !isFull) return
    const mean = usualCost(this.#window)
    this.#window = []
    this.#windowMs = 0
    this.#costs[this.#current] = mean
    if (isTrial) this.#afterTrial(now)
    else this.#atHome(mean, now)
  }

  #atHome(mean: number, now: number): void {
    this.#baseline = Math.min(this.#baseline, mean)
    if (this.#trials.length === 0 && now >= this.#nextTrialAt) {
      if (mean > this.#baseline * this.#doubtfulFactor) this.#trials = this.#existing([this.#home + 1, this.#home - 1])
      else if (this.#home > 0) this.#trials = [this.#home - 1]
    }
    this.#nextTrial()
  }

  #afterTrial(now: number): void {
    const tried = this.#current
    const down = tried > this.#home
    const moved = this.#costOf(tried) < this.#costOf(this.#home) * (down ? betterFactor.fewer : betterFactor.more)
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

/** The mean; of a whole window without its dearest step, since anything may have run for a moment. */
function usualCost(costs: readonly number[]): number {
  const counted = costs.length < windowCosts ? costs : costs.toSorted((a, b) => a - b).slice(0, -1)
  return counted.reduce((sum, cost) => sum + cost, 0) / counted.length
}
