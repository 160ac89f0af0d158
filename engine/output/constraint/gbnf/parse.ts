import { constraintInvalid } from '../invalid.ts'

/** What a grammar says, as far as its soundness depends on it. */
export type GrammarNode =
  /** Takes exactly one character; `count` such characters one after another. */
  | { kind: 'characters'; count: number }
  | { kind: 'reference'; name: string }
  | { kind: 'sequence'; items: GrammarNode[] }
  | { kind: 'choice'; items: GrammarNode[] }
  | { kind: 'repeat'; item: GrammarNode; min: number; max: number }

const deepestGroup = 100
/** llama.cpp takes no more (`MAX_REPETITION_THRESHOLD`). */
const mostRepetitions = 2000

/**
 * Reads GBNF by the rules of llama.cpp's own parser, so that what is wrong can be told by line: the native one writes
 * to stderr and says nothing to us.
 *
 * @throws AppError `constraint_invalid`
 */
export function parseGrammar(text: string): Map<string, GrammarNode> {
  return new Parser(text).rules()
}

class Parser {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  rules(): Map<string, GrammarNode> {
    const rules = new Map<string, GrammarNode>()
    this.#space(true)
    while (this.#at < this.#text.length) {
      const name = this.#name()
      this.#space(false)
      if (!this.#text.startsWith('::=', this.#at)) throw this.#wrong('expected ::=')
      this.#at += 3
      this.#space(true)
      rules.set(name, this.#choice(0))
      const next = this.#text[this.#at]
      if (next !== undefined && next !== '\n' && next !== '\r') throw this.#wrong('expected the end of the line')
      this.#space(true)
    }
    return rules
  }

  #choice(depth: number): GrammarNode {
    const items = [this.#sequence(depth)]
    while (this.#text[this.#at] === '|') {
      this.#at++
      this.#space(true)
      items.push(this.#sequence(depth))
    }
    const [only] = items
    return items.length === 1 && only !== undefined ? only : { kind: 'choice', items }
  }

  #sequence(depth: number): GrammarNode {
    const items: GrammarNode[] = []
    for (;;) {
      const character = this.#text[this.#at]
      if (character === undefined) break
      if (character === '"') items.push({ kind: 'characters', count: this.#quoted() })
      else if (character === '[') items.push(this.#class())
      else if (character === '.') {
        this.#at++
        items.push({ kind: 'characters', count: 1 })
      } else if (character === '(') items.push(this.#group(depth))
      else if (/[A-Za-z0-9-]/.test(character)) items.push({ kind: 'reference', name: this.#name() })
      else if ('*+?{'.includes(character)) this.#repeat(items)
      else if (character === '<' || character === '!') throw this.#wrong('tokens in grammars are not supported')
      else break
      this.#space(depth > 0)
    }
    return { kind: 'sequence', items }
  }

  #group(depth: number): GrammarNode {
    if (depth >= deepestGroup) throw this.#wrong(`more than ${deepestGroup} groups in each other`)
    this.#at++
    this.#space(true)
    const node = this.#choice(depth + 1)
    if (this.#text[this.#at] !== ')') throw this.#wrong("expected ')'")
    this.#at++
    return node
  }

  #repeat(items: GrammarNode[]): void {
    const item = items.pop()
    if (item === undefined) throw this.#wrong('nothing to repeat')
    const [, mark, from, comma, to] = /^(?:([*+?])|\{\s*(\d+)\s*(?:(,)\s*(\d+)?\s*)?\})/.exec(this.#ahead(64)) ?? []
    if (mark === undefined && from === undefined) throw this.#wrong('expected {m}, {m,} or {m,n}')
    const min = mark === undefined ? Number(from) : mark === '+' ? 1 : 0
    const max =
      mark === undefined
        ? comma === undefined
          ? min
          : to === undefined
            ? Infinity
            : Number(to)
        : mark === '?'
          ? 1
          : Infinity
    if (min > mostRepetitions || (max !== Infinity && max > mostRepetitions)) {
      throw this.#wrong(`more than ${mostRepetitions} repetitions`)
    }
    if (max < min) throw this.#wrong('the upper limit is below the lower one')
    this.#at += /^(?:[*+?]|\{[^}]*\})/.exec(this.#ahead(64))?.[0].length ?? 1
    items.push({ kind: 'repeat', item, min, max })
  }

  #quoted(): number {
    let count = 0
    this.#at++
    while (this.#text[this.#at] !== '"') {
      this.#character()
      count++
    }
    this.#at++
    return count
  }

  #class(): GrammarNode {
    this.#at++
    if (this.#text[this.#at] === '^') this.#at++
    let count = 0
    while (this.#text[this.#at] !== ']') {
      this.#character()
      count++
      if (this.#text[this.#at] === '-' && this.#text[this.#at + 1] !== ']') {
        this.#at++
        this.#character()
      }
    }
    if (count === 0) throw this.#wrong('an empty class of characters')
    this.#at++
    return { kind: 'characters', count: 1 }
  }

  #character(): void {
    const codePoint = this.#text.codePointAt(this.#at)
    if (codePoint === undefined) throw this.#wrong('unexpected end')
    if (codePoint !== 0x5c) {
      this.#at += codePoint > 0xffff ? 2 : 1
      return
    }
    const escape = /^\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[trn\\"[\]-])/.exec(this.#ahead(10))
    if (escape === null) throw this.#wrong('unknown escape')
    this.#at += escape[0].length
  }

  #name(): string {
    const name = /^[A-Za-z0-9-]+/.exec(this.#ahead(1000))?.[0]
    if (name === undefined) throw this.#wrong('expected the name of a rule')
    this.#at += name.length
    return name
  }

  #space(newlines: boolean): void {
    for (;;) {
      const character = this.#text[this.#at]
      if (character === '#') {
        const end = this.#text.slice(this.#at).search(/[\r\n]/)
        this.#at = end === -1 ? this.#text.length : this.#at + end
      } else if (character === ' ' || character === '\t' || (newlines && (character === '\n' || character === '\r'))) {
        this.#at++
      } else return
    }
  }

  #ahead(characters: number): string {
    return this.#text.slice(this.#at, this.#at + characters)
  }

  #wrong(detail: string) {
    const line = this.#text.slice(0, this.#at).split('\n').length
    const near = this.#at < this.#text.length ? ` at ${JSON.stringify(this.#ahead(20))}` : ' at the end'
    return constraintInvalid(`line ${line}`, `${detail}${near}`, 'Correct the grammar.')
  }
}
