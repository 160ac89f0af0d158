/** Text as a GBNF literal, quotes included. An empty text gives `""`. */
export function literal(text: string): string {
  let out = '"'
  for (const character of text) out += escape(character, '"')
  return `${out}"`
}

/** One or more ranges of code points, inclusive, as a GBNF class. */
export function characterClass(ranges: readonly (readonly [number, number])[]): string {
  let out = '['
  for (const [from, to] of ranges) {
    out += classCharacter(from)
    if (to > from) out += `-${classCharacter(to)}`
  }
  return `${out}]`
}

function classCharacter(codePoint: number): string {
  return /[A-Za-z0-9 ]/.test(String.fromCodePoint(codePoint)) ? String.fromCodePoint(codePoint) : hex(codePoint)
}

function escape(character: string, quote: string): string {
  const codePoint = character.codePointAt(0) ?? 0
  if (character === quote || character === '\\') return `\\${character}`
  if (character === '\n') return '\\n'
  if (character === '\r') return '\\r'
  if (character === '\t') return '\\t'
  return codePoint < 0x20 || codePoint === 0x7f || isSurrogate(codePoint) ? hex(codePoint) : character
}

function isSurrogate(codePoint: number): boolean {
  return codePoint >= 0xd800 && codePoint <= 0xdfff
}

function hex(codePoint: number): string {
  if (codePoint <= 0xff) return `\\x${codePoint.toString(16).padStart(2, '0')}`
  if (codePoint <= 0xffff) return `\\u${codePoint.toString(16).padStart(4, '0')}`
  return `\\U${codePoint.toString(16).padStart(8, '0')}`
}
