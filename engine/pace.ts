/** Before anything was measured; about 50 ms of the shipped model on two cores. */
const firstChunk = 64
/** Each step costs something of its own, and more while other programs keep the processors busy. */
const smallestChunk = 16
/** A slow chunk that is both smaller and quicker says more about the call than about its tokens, ms. */
const tellingChunk = 32
const tellingMs = 60
/** Tokens get slower with what stands before them, so speed is kept for each range of depth. */
const depthRange = 1024

/**
 * Decides how many tokens of a prompt are read in one go, so that each chunk takes about a given time: an abort waits
 * for one chunk, and so do answers that run beside it.
 */
export class PrefillPace {
  readonly #largestChunk: number
  /** Milliseconds a token, by range of depth. */
  readonly #measured: (number | undefined)[] = []

  constructor(largestChunk: number) {
    this.#largestChunk = largestChunk
  }

  /** Tokens of the next chunk at a depth, for a budget in ms. */
  chunkSize(depth: number, budgetMs: number): number {
    const msPerToken = this.#expected(depth)
    if (msPerToken === undefined) return Math.min(firstChunk, this.#largestChunk)
    return Math.min(Math.max(Math.floor(budgetMs / msPerToken), smallestChunk), this.#largestChunk)
  }

  /** What a token at a depth is expected to take; 0 before anything was measured. */
  msPerToken(depth: number): number {
    return this.#expected(depth) ?? 0
  }

  /**
   * Tells how long a chunk took that began at a depth. Slower is believed at once, because somebody waits; faster only
   * by half, because machines are noisy.
   */
  record(depth: number, tokens: number, ms: number): void {
    if (ms <= 0) return
    const range = rangeOf(depth)
    const old = this.#measured[range]
    const now = ms / tokens
    const isTelling = tokens >= tellingChunk || ms >= tellingMs
    if (old !== undefined && now > old && !isTelling) return
    this.#measured[range] = old === undefined || now > old ? now : (old + now) / 2
  }

  #expected(depth: number): number | undefined {
    return this.#measured.slice(0, rangeOf(depth) + 1).findLast((value) => value !== undefined)
  }
}

function rangeOf(depth: number): number {
  return Math.floor(depth / depthRange)
}
