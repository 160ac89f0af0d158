/** Characters that are tokenized in one go: a few ms. */
const sliceChars = 16_384
/** Tokens that cutting the text between two slices can add at most. */
const tokensOfCut = 8

/** Counts the tokens of a text, giving up beyond a limit. */
export interface TokenCount {
  /** Exact within the limit; beyond it an estimate from the part that was counted. */
  tokens: number
  over: boolean
}

/**
 * Counts the tokens of a text of any length with bounded work: it stops as soon as the limit is surely exceeded, and
 * lets the event loop run between slices, so that running answers go on while somebody pastes 50 MB.
 */
export async function countTokens(
  text: string,
  limit: number,
  tokenCountOf: (slice: string) => number,
  yieldToOthers: () => Promise<void>,
): Promise<TokenCount> {
  if (text.length <= sliceChars) {
    const tokens = tokenCountOf(text)
    return { tokens, over: tokens > limit }
  }
  let counted = 0
  for (let start = 0, slices = 1; start < text.length; start += sliceChars, slices++) {
    if (start > 0) await yieldToOthers()
    counted += tokenCountOf(text.slice(start, start + sliceChars))
    if (counted - slices * tokensOfCut > limit) {
      const seen = Math.min(text.length, start + sliceChars)
      return { tokens: Math.round((counted * text.length) / seen), over: true }
    }
  }
  return { tokens: counted, over: false }
}
