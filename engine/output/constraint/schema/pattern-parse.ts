import { complement, normalize, type CharacterSet } from './character-set.ts'

/** A regular expression, as far as grammars can say it. */
export type Pattern =
  | { kind: 'set'; set: CharacterSet }
  | { kind: 'sequence'; items: Pattern[] }
  | { kind: 'choice'; items: Pattern[] }
  | { kind: 'repeat'; item: Pattern; min: number; max: number | null }

/** What of a pattern is anchored, and the pattern between the anchors. */
export interface ParsedPattern {
  anchoredStart: boolean
  anchoredEnd: boolean
  pattern: Pattern
}

/** Why a pattern is refused. */
export class UnsupportedPattern extends Error {
  override readonly name = 'UnsupportedPattern'
}

const deepest = 30
const longest = 2000
const digit: CharacterSet = [[0x30, 0x39]]
const word: CharacterSet = [...digit, [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]]
const blank: CharacterSet = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
]
const lineEnds: CharacterSet = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
]
const controls: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, '0': 0 }

/** @throws UnsupportedPattern for what is no regular expression, or no regular language */
export function parsePattern(source: string): ParsedPattern {
  if (source.length > longest) throw new UnsupportedPattern('it is too long')
  try {
    // The whole syntax is checked where it is known.
    new RegExp(source, 'u')
  } catch {
    try {
      new RegExp(source)
    } catch (error) {
      throw new UnsupportedPattern(error instanceof Error ? error.message : 'it is no regular expression')
    }
  }
  return new Parser(source).whole()
}

class Parser {
  readonly #characters: string[]
  #at = 0

  constructor(source: string) {
    this.#characters = [...source]
  }

  whole(): ParsedPattern {
    const anchoredStart = this.#take('^')
    const anchoredEnd = this.#endsAnchored()
    if (anchoredEnd) this.#characters.pop()
    const pattern = this.#choice(0)
    if (this.#at < this.#characters.length) throw new UnsupportedPattern(`"${this.#characters[this.#at] ?? ''}" here`)
    if (pattern.kind === 'choice' && (anchoredStart || anchoredEnd)) {
      throw new UnsupportedPattern('anchors beside | without a group')
    }
    return { anchoredStart, anchoredEnd, pattern }
  }

  #endsAnchored(): boolean {
    if (this.#characters.at(-1) !== '$') return false
    let backslashes = 0
    while (this.#characters.at(-2 - backslashes) === '\\') backslashes++
    return backslashes % 2 === 0
  }

  #choice(depth: number): Pattern {
    if (depth > deepest) throw new UnsupportedPattern('too many groups in each other')
    const items = [this.#sequence(depth)]
    while (this.#take('|')) items.push(this.#sequence(depth))
    const [only] = items
    return items.length === 1 && only !== undefined ? only : { kind: 'choice', items }
  }

  #sequence(depth: number): Pattern {
    const items: Pattern[] = []
    for (let next = this.#peek(); next !== undefined && next !== '|' && next !== ')'; next = this.#peek()) {
      items.push(this.#repeated(this.#atom(depth)))
    }
    return { kind: 'sequence', items }
  }

  #repeated(item: Pattern): Pattern {
    let [min, max]: [number, number | null] = [1, 1]
    if (this.#take('*')) [min, max] = [0, null]
    else if (this.#take('+')) [min, max] = [1, null]
    else if (this.#take('?')) [min, max] = [0, 1]
    else {
      const braces = /^\{(\d{1,6})(,)?(\d{1,6})?\}/.exec(this.#characters.slice(this.#at, this.#at + 16).join(''))
      if (braces === null) return item
      this.#at += braces[0].length
      min = Number(braces[1])
      max = braces[2] === undefined ? min : braces[3] === undefined ? null : Number(braces[3])
    }
    // Lazy or not, the texts that match are the same.
    this.#take('?')
    return { kind: 'repeat', item, min, max }
  }

  #atom(depth: number): Pattern {
    const character = this.#next()
    switch (character) {
      case '.':
        return { kind: 'set', set: complement(lineEnds) }
      case '(':
        return this.#group(depth)
      case '[':
        return { kind: 'set', set: this.#class() }
      case '\\':
        return { kind: 'set', set: this.#escape() }
      case '^':
      case '$':
        throw new UnsupportedPattern('an anchor inside')
      default:
        return { kind: 'set', set: single(character) }
    }
  }

  #group(depth: number): Pattern {
    if (this.#take('?')) {
      const kind = this.#next()
      const named = kind === '<' && !'=!'.includes(this.#peek() ?? '=')
      if (named) while (this.#next() !== '>');
      else if (kind !== ':') throw new UnsupportedPattern('looking ahead or behind')
    }
    const inner = this.#choice(depth + 1)
    this.#next()
    return inner
  }

  #class(): CharacterSet {
    const negated = this.#take('^')
    const ranges: (readonly [number, number])[] = []
    while (!this.#take(']')) {
      const from = this.#classItem()
      const [first] = from
      if (this.#peek() === '-' && this.#characters[this.#at + 1] !== ']' && first !== undefined && isSingle(from)) {
        this.#next()
        const to = this.#classItem()
        const [end] = to
        if (end === undefined || !isSingle(to) || end[0] < first[0]) throw new UnsupportedPattern('this range')
        ranges.push([first[0], end[0]])
      } else ranges.push(...from)
    }
    return negated ? complement(ranges) : normalize(ranges)
  }

  #classItem(): CharacterSet {
    const character = this.#next()
    if (character !== '\\') return single(character)
    if (this.#take('b')) return [[8, 8]]
    return this.#escape()
  }

  #escape(): CharacterSet {
    const letter = this.#next()
    switch (letter) {
      case 'd':
        return digit
      case 'D':
        return complement(digit)
      case 'w':
        return word
      case 'W':
        return complement(word)
      case 's':
        return blank
      case 'S':
        return complement(blank)
      case 'x':
        return this.#hex(2)
      case 'u':
        return this.#hex(4)
      default: {
        const control = controls[letter]
        if (control !== undefined && Object.hasOwn(controls, letter)) return [[control, control]]
        if (/[A-Za-z0-9]/.test(letter)) throw new UnsupportedPattern(`\\${letter}`)
        return single(letter)
      }
    }
  }

  #hex(count: number): CharacterSet {
    const digits = this.#characters.slice(this.#at, this.#at + count).join('')
    if (!new RegExp(`^[0-9a-fA-F]{${count}}$`).test(digits)) throw new UnsupportedPattern('this escape')
    this.#at += count
    const codePoint = Number.parseInt(digits, 16)
    return [[codePoint, codePoint]]
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false
    this.#at++
    return true
  }

  #peek(): string | undefined {
    return this.#characters[this.#at]
  }

  #next(): string {
    const character = this.#characters[this.#at++]
    if (character === undefined) throw new UnsupportedPattern('its end')
    return character
  }
}

function single(character: string): CharacterSet {
  const codePoint = character.codePointAt(0) ?? 0
  return [[codePoint, codePoint]]
}

function isSingle(set: CharacterSet): boolean {
  const [only] = set
  return set.length === 1 && only !== undefined && only[0] === only[1]
}
