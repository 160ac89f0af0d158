/** Where something stands in a template, both from 1. */
export interface Place {
  line: number
  column: number
}

/** A mistake in a Go template, with its place in the message. */
export class GoTemplateError extends Error {
  override readonly name = 'GoTemplateError'

  constructor(place: Place, what: string) {
    super(`line ${place.line}, column ${place.column}: ${what}`)
  }
}

export type Token = Place &
  (
    | { type: 'text' | 'string' | 'word' | 'field' | 'variable' | 'sign'; value: string }
    | { type: 'number'; value: number }
    | { type: 'open' | 'close' | 'end' }
  )

const signs = [':=', '=', '|', '(', ')', ',']
const space = /[ \t\r\n]/

/**
 * Cuts a Go template into its tokens: text, and what stands between `{{` and `}}`.
 *
 * @throws GoTemplateError
 */
export function lexGoTemplate(source: string): Token[] {
  const tokens: Token[] = []
  const places = createPlaces(source)
  const fail = (at: number, what: string): never => {
    throw new GoTemplateError(places(at), what)
  }
  let at = 0
  let trimsBefore = false
  while (at < source.length) {
    const open = source.indexOf('{{', at)
    const end = open === -1 ? source.length : open
    const trimsAfter = open !== -1 && source[open + 2] === '-' && space.test(source[open + 3] ?? '')
    let text = source.slice(at, end)
    if (trimsBefore) text = text.replace(/^[ \t\r\n]+/, '')
    if (trimsAfter) text = text.replace(/[ \t\r\n]+$/, '')
    if (text !== '') tokens.push({ type: 'text', value: text, ...places(at) })
    if (open === -1) break
    at = open + (trimsAfter ? 3 : 2)
    const comment = /^\s*\/\*/.exec(source.slice(at, at + 100))
    if (comment !== null) {
      const close = source.indexOf('*/', at + comment[0].length)
      const after = close === -1 ? null : /^(?:[ \t\r\n]+-)?\}\}/.exec(source.slice(close + 2, close + 200))
      if (close === -1 || after === null) return fail(open, 'the comment is never closed')
      trimsBefore = after[0].length > 2
      at = close + 2 + after[0].length
      continue
    }
    tokens.push({ type: 'open', ...places(open) })
    const inside = lexAction(source, at, places, fail)
    tokens.push(...inside.tokens)
    at = inside.end
    trimsBefore = inside.trims
  }
  tokens.push({ type: 'end', ...places(source.length) })
  return tokens
}

function lexAction(
  source: string,
  start: number,
  places: (at: number) => Place,
  fail: (at: number, what: string) => never,
): { tokens: Token[]; end: number; trims: boolean } {
  const tokens: Token[] = []
  let at = start
  for (;;) {
    if (at >= source.length) return fail(start, 'the action is never closed')
    const rest = source.slice(at, at + 2)
    const place = places(at)
    if (rest === '}}') return { tokens: [...tokens, { type: 'close', ...place }], end: at + 2, trims: false }
    const char = source[at] ?? ''
    if (space.test(char)) {
      if (source.slice(at + 1, at + 4) === '-}}')
        return { tokens: [...tokens, { type: 'close', ...place }], end: at + 4, trims: true }
      at++
      continue
    }
    const sign = signs.find((one) => source.startsWith(one, at))
    if (sign !== undefined) {
      tokens.push({ type: 'sign', value: sign, ...place })
      at += sign.length
      continue
    }
    const read = readString(source, at) ?? readWord(source, at)
    if (read === null) return fail(at, `'${char}' can't stand here`)
    tokens.push({ ...read.token, ...place })
    at = read.end
  }
}

/** A token before its place is known. */
type Bare = { type: 'string' | 'word' | 'field' | 'variable'; value: string } | { type: 'number'; value: number }

function readString(source: string, at: number): { token: Bare; end: number } | null {
  if (source[at] === '`') {
    const close = source.indexOf('`', at + 1)
    return close === -1 ? null : { token: { type: 'string', value: source.slice(at + 1, close) }, end: close + 1 }
  }
  const quote = source[at]
  if (quote !== '"' && quote !== "'") return null
  let end = at + 1
  while (end < source.length && source[end] !== quote && source[end] !== '\n') end += source[end] === '\\' ? 2 : 1
  if (source[end] !== quote) return null
  const value = unescaped(source.slice(at + 1, end))
  if (quote === '"') return { token: { type: 'string', value }, end: end + 1 }
  return { token: { type: 'number', value: value.codePointAt(0) ?? 0 }, end: end + 1 }
}

function unescaped(text: string): string {
  const simple: Record<string, string> = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v' }
  return text.replaceAll(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/gs,
    (_, x?: string, u?: string, long?: string, octal?: string, one?: string) => {
      const hex = x ?? u ?? long
      if (hex !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(hex, 16), 0x10ffff))
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8))
      return simple[one ?? ''] ?? one ?? ''
    },
  )
}

function readWord(source: string, at: number): { token: Bare; end: number } | null {
  const patterns: [RegExp, (text: string) => Bare][] = [
    [
      /[+-]?(?:0[xX][0-9a-fA-F_]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)/y,
      (text) => ({ type: 'number', value: Number(text.replaceAll('_', '')) }),
    ],
    [/\$[\p{L}\p{N}_]*/uy, (text) => ({ type: 'variable', value: text })],
    [/\.[\p{L}_][\p{L}\p{N}_]*/uy, (text) => ({ type: 'field', value: text.slice(1) })],
    [/\./y, () => ({ type: 'word', value: '.' })],
    [/[\p{L}_][\p{L}\p{N}_]*/uy, (text) => ({ type: 'word', value: text })],
  ]
  for (const [pattern, make] of patterns) {
    pattern.lastIndex = at
    const match = pattern.exec(source)
    if (match !== null) return { token: make(match[0]), end: at + match[0].length }
  }
  return null
}

function createPlaces(source: string): (at: number) => Place {
  const starts = [0]
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) starts.push(at + 1)
  let line = 0
  return (at) => {
    if (at < (starts[line] ?? 0)) line = 0
    while ((starts[line + 1] ?? Infinity) <= at) line++
    return { line: line + 1, column: at - (starts[line] ?? 0) + 1 }
  }
}
