import { constraintInvalid } from '../invalid.ts'

/** Beyond these a grammar makes sampling slow or the native parser fail. */
const mostRules = 4000
const mostCharacters = 400_000
/** llama.cpp repeats at most 2000 times, and copies what is repeated. */
const chunk = 100
const mostRepetitions = 100_000

/** Collects the rules of a grammar. Equal bodies share a rule. */
export class GrammarRules {
  readonly #rules = new Map<string, string>()
  readonly #names = new Map<string, string>()
  readonly #prefix: string
  #characters = 0

  /** @param prefix of all names, where the rules stand beside those of a person */
  constructor(prefix = '') {
    this.#prefix = prefix
  }

  /** The name of a rule with this body; `hint` makes it readable. */
  add(hint: string, body: string): string {
    const known = this.#names.get(body)
    if (known !== undefined) return known
    const name = this.reserve(hint)
    this.define(name, body)
    this.#names.set(body, name)
    return name
  }

  /** A name for a rule that is defined later: one that refers to itself. */
  reserve(hint: string): string {
    const base =
      hint
        .replaceAll(/[^A-Za-z0-9]+/g, '-')
        .slice(0, 24)
        .replaceAll(/^-+|-+$/g, '') || 'rule'
    const name = `${this.#prefix}${base}-${this.#rules.size}`
    this.#rules.set(name, '')
    if (this.#rules.size > mostRules) throw tooLarge()
    return name
  }

  define(name: string, body: string): void {
    this.#characters += name.length + body.length
    if (this.#characters > mostCharacters) throw tooLarge()
    this.#rules.set(name, body)
  }

  /** A rule that is at least `min` and at most `max` times (null: without end) the rule `item`. */
  repeat(item: string, min: number, max: number | null): string {
    if (min > mostRepetitions || (max ?? 0) > mostRepetitions) {
      throw constraintInvalid('{m,n}', `more than ${mostRepetitions} repetitions`, 'Use smaller limits.')
    }
    const parts = [this.#exactly(item, min)]
    if (max === null) parts.push(`${item}*`)
    else parts.push(this.#atMost(item, max - min))
    return parts.filter((part) => part !== '').join(' ') || '""'
  }

  #exactly(item: string, count: number): string {
    if (count === 0) return ''
    if (count === 1) return item
    if (count <= chunk) return `${item}{${count}}`
    const whole = this.add(`${item}-x${chunk}`, `${item}{${chunk}}`)
    const rest = this.#exactly(item, count % chunk)
    return `${this.#exactly(whole, Math.floor(count / chunk))} ${rest}`.trim()
  }

  /** In steps, each of which either is full and goes on, or ends: no two ways lead to the same text for long. */
  #atMost(item: string, count: number): string {
    if (count === 0) return ''
    if (count === 1) return `${item}?`
    if (count <= chunk) return `${item}{0,${count}}`
    const whole = this.add(`${item}-x${chunk}`, `${item}{${chunk}}`)
    let rest = this.#atMost(item, count % chunk)
    for (let left = Math.floor(count / chunk); left > 0; left--) {
      rest = this.add(`${item}-most`, `${whole} ${rest} | ${item}{0,${chunk - 1}}`)
    }
    return rest
  }

  /** The grammar: a first rule of the given name for the expression, and all others. */
  text(root: string, name = 'root'): string {
    const lines = [`${name} ::= ${root}`]
    for (const [name, body] of this.#rules) lines.push(`${name} ::= ${body}`)
    return `${lines.join('\n')}\n`
  }
}

function tooLarge() {
  return constraintInvalid('#', 'it is too large', 'Use a smaller schema.')
}
