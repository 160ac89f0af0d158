import { contentOf, goJson, GoStruct, type GoValue, isTrue, printed } from './values.ts'

export type GoFunction = (...args: GoValue[]) => GoValue

/** The functions of Go's templates and those that Ollama adds; `and` and `or` are evaluated lazily elsewhere. */
export function goFunctions(now: () => Date): ReadonlyMap<string, GoFunction> {
  const date = (days: number) => {
    const day = now()
    day.setDate(day.getDate() + days)
    const two = (value: number) => String(value).padStart(2, '0')
    return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
  }
  return new Map<string, GoFunction>([
    ['not', (value = null) => !isTrue(value)],
    ['eq', (first = null, ...rest) => rest.some((value) => isEqual(first, value))],
    ['ne', (one = null, other = null) => !isEqual(one, other)],
    ['lt', (one = null, other = null) => compare(one, other) < 0],
    ['le', (one = null, other = null) => compare(one, other) <= 0],
    ['gt', (one = null, other = null) => compare(one, other) > 0],
    ['ge', (one = null, other = null) => compare(one, other) >= 0],
    ['len', (value = null) => lengthOf(value)],
    ['index', (value = null, ...keys) => keys.reduce<GoValue>(at, value)],
    ['slice', (value = null, from = 0, to = lengthOf(value)) => sliced(value, number(from), number(to))],
    ['print', (...values) => joined(values)],
    ['println', (...values) => `${values.map(printed).join(' ')}\n`],
    ['printf', (pattern = '', ...values) => formatted(printed(pattern), values)],
    ['html', (value = '') => printed(value).replaceAll(/[&<>"']/g, (char) => entities[char] ?? char)],
    ['urlquery', (value = '') => encodeURIComponent(printed(value))],
    ['json', (value = null) => goJson(value)],
    ['toJson', (value = null) => goJson(value)],
    ['currentDate', () => date(0)],
    ['yesterdayDate', () => date(-1)],
    ['toTypeScriptType', (value = null) => typeScriptType(value)],
  ])
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' }

/** Go puts a space between two values of which neither is a text. */
function joined(values: readonly GoValue[]): string {
  return values
    .map((value, index) => {
      const apart = index > 0 && typeof value !== 'string' && typeof values[index - 1] !== 'string'
      return (apart ? ' ' : '') + printed(value)
    })
    .join('')
}

function isEqual(one: GoValue, other: GoValue): boolean {
  if (one === null || other === null) return one === other
  if (typeof one !== typeof other) throw new Error(`${kindOf(one)} and ${kindOf(other)} can't be compared`)
  return typeof one === 'object' ? goJson(one) === goJson(other) : one === other
}

function compare(one: GoValue, other: GoValue): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other
  if (typeof one === 'string' && typeof other === 'string') return one < other ? -1 : one > other ? 1 : 0
  throw new Error(`${kindOf(one)} and ${kindOf(other)} can't be compared`)
}

function lengthOf(given: GoValue): number {
  const value = contentOf(given)
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (Array.isArray(value)) return value.length
  if (value instanceof Map) return value.size
  throw new Error(`${kindOf(value)} has no length`)
}

function at(given: GoValue, key: GoValue): GoValue {
  const value = contentOf(given)
  if (value instanceof Map) return value.get(printed(key)) ?? null
  const index = number(key)
  if (typeof value === 'string') return Buffer.from(value).at(index) ?? outOfRange(index)
  if (!Array.isArray(value)) throw new Error(`${kindOf(value)} can't be indexed`)
  if (index < 0 || index >= value.length) return outOfRange(index)
  return value[index] ?? null
}

function sliced(given: GoValue, from: number, to: number): GoValue {
  const value = contentOf(given)
  if (typeof value !== 'string' && !Array.isArray(value)) throw new Error(`${kindOf(value)} can't be sliced`)
  if (from < 0 || to > lengthOf(value) || from > to) outOfRange(from > to ? from : to)
  return typeof value === 'string' ? Buffer.from(value).subarray(from, to).toString() : value.slice(from, to)
}

function outOfRange(index: number): never {
  throw new Error(`the index ${index} is out of range`)
}

function number(value: GoValue): number {
  if (typeof value === 'number') return value
  throw new Error(`${kindOf(value)} is no number`)
}

function kindOf(value: GoValue): string {
  if (value === null) return 'nothing'
  if (Array.isArray(contentOf(value))) return 'a list'
  if (value instanceof GoStruct) return `a ${value.type}`
  if (typeof value === 'object') return 'a map'
  return typeof value === 'boolean' ? 'true or false' : `a ${typeof value === 'string' ? 'text' : 'number'}`
}

/** The verbs that templates use. */
function formatted(pattern: string, values: readonly GoValue[]): string {
  let next = 0
  return pattern.replaceAll(
    /%([-+#0 ]*)(\d*)(?:\.(\d+))?([a-zA-Z%])/g,
    (whole, flags: string, width: string, digits: string | undefined, verb: string) => {
      if (verb === '%') return '%'
      const value = values[next++] ?? null
      const text = verb === 'q' ? JSON.stringify(printed(value)) : (formattedOne(verb, value, digits) ?? whole)
      const size = Math.min(Number(width || 0), 1000)
      if (flags.includes('-')) return text.padEnd(size)
      return text.padStart(size, flags.includes('0') ? '0' : ' ')
    },
  )
}

function formattedOne(verb: string, value: GoValue, digits: string | undefined): string | null {
  switch (verb) {
    case 's':
    case 'v':
    case 'd':
    case 't':
      return printed(value)
    case 'f':
      return number(value).toFixed(Math.min(Number(digits ?? 6), 20))
    case 'x':
      return typeof value === 'string' ? Buffer.from(value).toString('hex') : number(value).toString(16)
    default:
      return null
  }
}

function typeScriptType(value: GoValue): string {
  const types = value instanceof GoStruct ? contentOf(value.fields.get('Type') ?? null) : null
  const names = Array.isArray(types) ? types.map(printed) : types === null || types === '' ? [] : [printed(types)]
  const known: Record<string, string> = {
    string: 'string',
    integer: 'number',
    number: 'number',
    boolean: 'boolean',
    array: 'any[]',
    object: 'Record<string, any>',
    null: 'null',
  }
  return names.length === 0 ? 'any' : names.map((name) => known[name] ?? 'any').join(' | ')
}
