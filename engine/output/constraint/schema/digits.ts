/** Digits that a whole number without a bound may have; more than a double holds helps nobody. */
const mostDigits = 16
const tail = '[0-9]{0,14}'

interface Bound {
  value: number
  exclusive: boolean
}

/** Whole numbers from `from` to `to`, both allowed, as a GBNF expression; null stands for no bound, or for no number. */
export function integersBetween(from: bigint | null, to: bigint | null): string | null {
  if (from !== null && to !== null && from > to) return null
  const parts: string[] = []
  if (from === null || from < 0n) {
    const smallest = to !== null && to < 0n ? -to : 1n
    parts.push(`"-" (${magnitudes(smallest, from === null ? null : -from)})`)
  }
  if (to === null || to >= 0n) parts.push(magnitudes(from !== null && from > 0n ? from : 0n, to))
  return parts.join(' | ')
}

/** Whole numbers without a sign. */
function magnitudes(from: bigint, to: bigint | null): string {
  const low = from.toString()
  const high = to === null ? '9'.repeat(Math.max(low.length, mostDigits)) : to.toString()
  const parts: string[] = []
  for (let length = low.length; length <= high.length; length++) {
    const first = length === low.length ? low : `1${'0'.repeat(length - 1)}`
    const last = length === high.length ? high : '9'.repeat(length)
    parts.push(sameLength(first, last))
  }
  return parts.join(' | ')
}

/** Digits from `from` to `to`, of equal length. */
function sameLength(from: string, to: string): string {
  const rest = from.length - 1
  const [low, high] = [Number(from[0]), Number(to[0])]
  if (rest === 0) return range(low, high)
  const [lowRest, highRest] = [from.slice(1), to.slice(1)]
  const [zeros, nines] = ['0'.repeat(rest), '9'.repeat(rest)]
  if (lowRest === zeros && highRest === nines) return `${range(low, high)} ${any(rest)}`
  if (low === high) return `"${low}" (${sameLength(lowRest, highRest)})`
  const parts: string[] = []
  const start = lowRest === zeros ? low : low + 1
  const end = highRest === nines ? high : high - 1
  if (start > low) parts.push(`"${low}" (${sameLength(lowRest, nines)})`)
  if (start <= end) parts.push(`${range(start, end)} ${any(rest)}`)
  if (end < high) parts.push(`"${high}" (${sameLength(zeros, highRest)})`)
  return parts.join(' | ')
}

function any(count: number): string {
  return count === 1 ? '[0-9]' : `[0-9]{${count}}`
}

function range(from: number, to: number): string {
  return from === to ? `"${from}"` : `[${from}-${to}]`
}

/** Numbers between two bounds, without exponents, as a GBNF expression; null where there is none. */
export function decimalsBetween(min: Bound | null, max: Bound | null): string | null {
  const parts: string[] = []
  if (min === null || min.value < 0) {
    const nearest =
      max !== null && max.value < 0 ? { value: -max.value, exclusive: max.exclusive } : { value: 0, exclusive: true }
    const farthest = min === null ? null : { value: -min.value, exclusive: min.exclusive }
    const body = positive(nearest, farthest)
    if (body !== null) parts.push(`"-" (${body})`)
  }
  if (max === null || max.value >= 0) {
    const body = positive(min !== null && min.value >= 0 ? min : { value: 0, exclusive: false }, max)
    if (body !== null) parts.push(body)
  }
  return parts.length === 0 ? null : parts.join(' | ')
}

function positive(min: Bound, max: Bound | null): string | null {
  const low = decimal(min.value)
  const high = max === null ? null : decimal(max.value)
  if (
    high !== null &&
    (low.whole > high.whole || (low.whole === high.whole && comparePadded(low.digits, high.digits) > 0))
  ) {
    return null
  }
  if (high !== null && low.whole === high.whole) {
    const body = between(low.digits, high.digits, min.exclusive, max?.exclusive === true)
    return body === null ? null : `"${low.whole}" ${body}`
  }
  const parts = [`"${low.whole}" ${atLeast(low.digits, min.exclusive)}`]
  const [from, to] = [low.whole + 1n, high === null ? null : high.whole - 1n]
  if (to === null || from <= to) parts.push(`(${magnitudes(from, to)}) ("." [0-9] ${tail})?`)
  const last = high === null ? null : atMost(high.digits, max?.exclusive === true)
  if (high !== null && last !== null) parts.push(`"${high.whole}" ${last}`)
  return parts.join(' | ')
}

/** Whole part and fraction digits, without zeros at the end. */
function decimal(value: number): { whole: bigint; digits: string } {
  if (value >= 1e21) return { whole: BigInt(value), digits: '' }
  const text = String(value)
  const [whole = '0', digits = ''] = (text.includes('e') ? value.toFixed(15) : text).split('.')
  return { whole: BigInt(whole), digits: digits.replace(/0+$/, '') }
}

function comparePadded(a: string, b: string): number {
  const length = Math.max(a.length, b.length)
  const [left, right] = [a.padEnd(length, '0'), b.padEnd(length, '0')]
  return left < right ? -1 : left > right ? 1 : 0
}

/** What may follow a whole part: a fraction of at least these digits. */
function atLeast(digits: string, exclusive: boolean): string {
  if (digits === '') return exclusive ? `"." ${tail} [1-9]` : `("." [0-9] ${tail})?`
  return `"." (${fractionAtLeast(digits, exclusive)})`
}

function fractionAtLeast(digits: string, exclusive: boolean): string {
  if (digits === '') return exclusive ? `${tail} [1-9]` : tail
  const first = Number(digits[0])
  const parts = [`"${first}" (${fractionAtLeast(digits.slice(1), exclusive)})`]
  if (first < 9) parts.push(`${range(first + 1, 9)} ${tail}`)
  return parts.join(' | ')
}

function atMost(digits: string, exclusive: boolean): string | null {
  if (digits === '') return exclusive ? null : '("." "0"{1,3})?'
  const body = fractionAtMost(digits, exclusive)
  return body === null ? '' : `("." (${body}))?`
}

/** Digits after the point that are at most these; null where only none at all are. */
function fractionAtMost(digits: string, exclusive: boolean): string | null {
  if (digits === '') return exclusive ? null : '"0"{0,3}'
  const first = Number(digits[0])
  const rest = digits.slice(1)
  const parts: string[] = []
  if (first > 0) parts.push(`${range(0, first - 1)} ${tail}`)
  const equal = fractionAtMost(rest, exclusive)
  if (rest !== '') parts.push(equal === null ? `"${first}"` : `"${first}" (${equal})?`)
  else if (equal !== null) parts.push(`"${first}" ${equal}`)
  return parts.length === 0 ? null : parts.join(' | ')
}

/** What may follow a whole part that both bounds share. */
function between(low: string, high: string, aboveLow: boolean, belowHigh: boolean): string | null {
  const mayBeWhole = low === '' && !aboveLow && !(high === '' && belowHigh)
  const body = high === '' ? (mayBeWhole ? '"0"{1,3}' : null) : fractionBetween(low, high, aboveLow, belowHigh)
  if (body === null) return mayBeWhole ? '""' : null
  return mayBeWhole ? `("." (${body}))?` : `"." (${body})`
}

function fractionBetween(low: string, high: string, aboveLow: boolean, belowHigh: boolean): string | null {
  if (high === '') return low === '' && !aboveLow && !belowHigh ? '"0"{0,3}' : null
  const [from, to] = [Number(low[0] ?? '0'), Number(high[0])]
  const [lowRest, highRest] = [low.slice(1).replace(/0+$/, ''), high.slice(1)]
  if (from === to) {
    const rest = fractionBetween(lowRest, highRest, aboveLow, belowHigh)
    // The digits so far are the lower bound itself, and below the upper one.
    const mayEnd = lowRest === '' && !aboveLow && (highRest !== '' || !belowHigh)
    if (rest === null) return mayEnd ? `"${from}"` : null
    return mayEnd ? `"${from}" (${rest})?` : `"${from}" (${rest})`
  }
  const parts = [`"${from}" (${fractionAtLeast(lowRest, aboveLow)})`]
  if (from + 1 < to) parts.push(`${range(from + 1, to - 1)} ${tail}`)
  const last = fractionAtMost(highRest, belowHigh)
  if (highRest !== '') parts.push(last === null ? `"${to}"` : `"${to}" (${last})?`)
  else if (last !== null) parts.push(`"${to}" ${last}`)
  return parts.join(' | ')
}
