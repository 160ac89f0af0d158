import { characterClass } from '../gbnf/literal.ts'

/** Code points, as sorted ranges that do not touch, both ends included. */
export type CharacterSet = readonly (readonly [number, number])[]

const last = 0x10ffff
const surrogates = [0xd800, 0xdfff] as const

/** The same set, sorted and without overlaps. */
export function normalize(ranges: CharacterSet): CharacterSet {
  const merged: [number, number][] = []
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const before = merged.at(-1)
    if (before !== undefined && from <= before[1] + 1) before[1] = Math.max(before[1], to)
    else merged.push([from, to])
  }
  return merged
}

export function complement(ranges: CharacterSet): CharacterSet {
  const rest: [number, number][] = []
  let next = 0
  for (const [from, to] of normalize([...ranges, surrogates])) {
    if (from > next) rest.push([next, from - 1])
    next = to + 1
  }
  if (next <= last) rest.push([next, last])
  return rest
}

/** Characters as they are written inside of a JSON text: those that must be escaped are, each in one way. */
export function jsonCharacters(ranges: CharacterSet): string {
  const plain: [number, number][] = []
  const escaped: string[] = []
  for (const [from, to] of normalize(ranges)) {
    let start = from
    for (let codePoint = from; codePoint <= Math.min(to, 0x7f); codePoint++) {
      if (!mustEscape(codePoint)) continue
      if (codePoint > start) plain.push([start, codePoint - 1])
      escaped.push(escape(codePoint))
      start = codePoint + 1
    }
    if (start <= to) plain.push([start, to])
  }
  const parts = [...(plain.length > 0 ? [characterClass(plain)] : []), ...escaped]
  return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(' | ')})`
}

function mustEscape(codePoint: number): boolean {
  return codePoint < 0x20 || codePoint === 0x22 || codePoint === 0x5c || codePoint === 0x7f
}

/** A GBNF literal of the escape that JSON has for the character. */
function escape(codePoint: number): string {
  const text = codePoint === 0x7f ? '\\u007f' : JSON.stringify(String.fromCodePoint(codePoint)).slice(1, -1)
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
