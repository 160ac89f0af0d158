/** Bytes from `start` up to, but without, `end`. */
export interface Range {
  start: number
  end: number
}

/**
 * The part of a file that a `Range` header asks for. Null for the whole: without a header, and for what this server
 * need not understand (several parts, other units, an end before its beginning).
 * @returns `none` where the file has no such part
 */
export function rangeOf(header: string | undefined, size: number): Range | 'none' | null {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return null
  if (first === '') {
    const count = Math.min(Number(last), size)
    return count === 0 ? 'none' : { start: size - count, end: size }
  }
  const start = Number(first)
  const end = last === '' ? size : Math.min(Number(last) + 1, size)
  if (last !== '' && Number(last) < start) return null
  return start >= size ? 'none' : { start, end }
}
