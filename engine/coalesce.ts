/** Between two messages, in ms: what wakes the host costs more than what it carries (engine.md). */
const intervalMs = 16

/**
 * Gathers the text of an answer into messages of about 16 ms; the first goes at once. Its owner calls `flush` at the
 * end, or `drop` when nobody wants the rest.
 */
export class TextCoalescer {
  readonly #post: (text: string, tokens: number) => void
  #text = ''
  #tokens = 0
  #timer: NodeJS.Timeout | undefined
  #last = -Infinity

  constructor(post: (text: string, tokens: number) => void) {
    this.#post = post
  }

  /** Text of one more token; empty while a character or a stop string is still open. */
  push(text: string): void {
    this.#text += text
    this.#tokens++
    if (this.#text === '') return
    const wait = this.#last + intervalMs - performance.now()
    if (wait <= 0) this.flush()
    else this.#timer ??= setTimeout(() => this.flush(), wait)
  }

  /** Text that belongs to tokens already counted. */
  append(text: string): void {
    this.#text += text
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#text === '' && this.#tokens === 0) return
    const [text, tokens] = [this.#text, this.#tokens]
    this.#text = ''
    this.#tokens = 0
    this.#last = performance.now()
    this.#post(text, tokens)
  }

  drop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#text = ''
    this.#tokens = 0
  }
}
