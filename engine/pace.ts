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
 * From this many tokens of a sequence on, ggml's flash attention on processors has a fast path: at depth its tokens take
 * half as long (`GGML_FA_TILE_Q`).
 */
export const tileTokens = 64
/** How much slower a token of a smaller chunk is taken to be, until one was measured. */
const tileGain = 2

/**
 * Decides how many tokens of a prompt are read in one go, so that each chunk takes about a given time: an abort waits
 * for one chunk, and so do answers that run beside it.
 */
export class PrefillPace {
  readonly #largestChunk: number
  /** Milliseconds a token, by range of depth: in chunks that fill a tile, and in smaller ones. */
  readonly #tiled: (number | undefined)[] = []
  readonly #small: (number | undefined)[] = []

  constructor(largestChunk: number) {
    this.#largestChunk = largestChunk
  }

  /** Tokens of the next chunk at a depth, for a budget in ms; `atLeast` of them even where the budget is too small. */
  chunkSize(depth: number, budgetMs: number, atLeast = smallestChunk): number {
    const small = this.#expectedSmall(depth)
    if (small === undefined) return Math.min(firstChunk, this.#largestChunk)
    // A tile is never slower than less of it: what says otherwise was a hiccup.
    const large = Math.floor(budgetMs / Math.min(expected(this.#tiled, depth) ?? small, small))
    const size =
      large >= tileTokens ? large - (large % tileTokens) : Math.min(Math.floor(budgetMs / small), tileTokens - 1)
    return Math.min(Math.max(size, atLeast), this.#largestChunk)
  }

  /** Tokens that several chunks, none of them deeper, may have together for a budget in ms. */
  together(depth: number, budgetMs: number): number {
    const small = this.#expectedSmall(depth)
    return small === undefined ? firstChunk : Math.min(Math.floor(budgetMs / small), this.#largestChunk)
  }

  /** What a chunk at a depth is expected to take, ms; 0 before anything was measured. */
  expectedMs(depth: number, tokens: number): number {
    const small = this.#expectedSmall(depth) ?? 0
    return tokens * (tokens < tileTokens ? small : (expected(this.#tiled, depth) ?? small))
  }

  /** Where only tiles were measured, or only nearer to the begin, it errs on the slow side: others wait for it. */
  #expectedSmall(depth: number): number | undefined {
    const here = this.#small[rangeOf(depth)]
    if (here !== undefined) return here
    const nearer = expected(this.#small, depth)
    const tiled = expected(this.#tiled, depth)
    return tiled === undefined ? nearer : Math.max(nearer ?? 0, tiled * tileGain)
  }

  /**
   * Tells how long a chunk took that began at a depth. Slower is believed at once, because somebody waits; faster only
   * by half, because machines are noisy.
   */
  record(depth: number, tokens: number, ms: number): void {
    if (ms <= 0) return
    const measured = tokens >= tileTokens ? this.#tiled : this.#small
    const range = rangeOf(depth)
    const old = measured[range]
    const now = ms / tokens
    const isTelling = tokens >= tellingChunk || ms >= tellingMs
    if (old !== undefined && now > old && !isTelling) return
    measured[range] = old === undefined || now > old ? now : (old + now) / 2
  }
}

/** That of the nearest range that is no deeper. */
function expected(measured: readonly (number | undefined)[], depth: number): number | undefined {
  return measured.slice(0, rangeOf(depth) + 1).findLast((value) => value !== undefined)
}

function rangeOf(depth: number): number {
  return Math.floor(depth / depthRange)
}
