/** Turns tokens into text; bytes that are no whole character come out as U+FFFD. */
export type Detokenize<Token> = (tokens: readonly Token[], before: readonly Token[]) => string

const replacement = '\uFFFD'
/** A character has at most four bytes, and a token at least one. */
const maxTokensOfCharacter = 4
/** Tokenizers of the SentencePiece kind decide about a leading space by what came before. */
const tokensBefore = 3

/**
 * Turns a stream of tokens into text without ever breaking a character: an incomplete UTF-8 sequence at the end is held
 * back until the tokens that complete it have come. Bytes that can't be completed are let through as U+FFFD.
 */
export class Detokenizer<Token> {
  readonly #detokenize: Detokenize<Token>
  #before: Token[]
  #open: Token[] = []
  /** Characters of the open tokens' text that were already given out. */
  #given = 0
  #waited = 0

  constructor(detokenize: Detokenize<Token>, before: readonly Token[] = []) {
    this.#detokenize = detokenize
    this.#before = before.slice(-tokensBefore)
  }

  push(token: Token): string {
    this.#open.push(token)
    const text = this.#detokenize(this.#open, this.#before)
    if (!text.endsWith(replacement)) return this.#settle(text)
    const whole = text.slice(0, -1)
    if (whole.length > this.#given) this.#waited = 0
    if (++this.#waited >= maxTokensOfCharacter) return this.#settle(text)
    const piece = whole.slice(this.#given)
    this.#given = Math.max(this.#given, whole.length)
    return piece
  }

  /** What is still held back when the answer ends. */
  flush(): string {
    return this.#open.length === 0 ? '' : this.#settle(this.#detokenize(this.#open, this.#before))
  }

  #settle(text: string): string {
    const piece = text.slice(this.#given)
    this.#before = [...this.#before, ...this.#open].slice(-tokensBefore)
    this.#open = []
    this.#given = 0
    this.#waited = 0
    return piece
  }
}
