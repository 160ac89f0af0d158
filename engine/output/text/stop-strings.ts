/** What came of one more piece of text. */
export interface StopResult {
  /** Text that is safe to show. */
  text: string
  /** A stop string was completed; nothing may follow. */
  stopped: boolean
}

/**
 * Finds stop strings in a stream of text, across the borders of its pieces, and never lets a part of one through.
 * Text that may still become a stop string is held back until it is decided.
 */
export class StopStrings {
  readonly #stops: readonly string[]
  #held = ''

  constructor(stops: readonly string[]) {
    this.#stops = stops.filter((stop) => stop !== '')
  }

  push(piece: string): StopResult {
    const text = this.#held + piece
    const cut = earliest(text, this.#stops)
    if (cut !== -1) {
      this.#held = ''
      return { text: text.slice(0, cut), stopped: true }
    }
    const keep = longestUndecidedTail(text, this.#stops)
    this.#held = text.slice(text.length - keep)
    return { text: text.slice(0, text.length - keep), stopped: false }
  }

  /** Characters that are held back. */
  get held(): number {
    return this.#held.length
  }

  /** What is still held back when the answer ends of itself. */
  flush(): string {
    const text = this.#held
    this.#held = ''
    return text
  }
}

function earliest(text: string, stops: readonly string[]): number {
  let first = -1
  for (const stop of stops) {
    const index = text.indexOf(stop)
    if (index !== -1 && (first === -1 || index < first)) first = index
  }
  return first
}

/** Length of the longest end of `text` with which some stop string begins. */
function longestUndecidedTail(text: string, stops: readonly string[]): number {
  let longest = 0
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(stop.slice(0, length))) longest = length
    }
  }
  return longest
}
