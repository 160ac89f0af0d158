/** A struct of Go: another field than these is a mistake. */
export class GoStruct {
  readonly type: string
  readonly fields: ReadonlyMap<string, GoValue>
  /** How it is printed, and written as JSON. */
  readonly json: unknown

  constructor(type: string, fields: Record<string, GoValue>, json: unknown) {
    this.type = type
    this.fields = new Map(Object.entries(fields))
    this.json = json
  }
}

/** A list or map that prints itself as JSON. */
export class GoJson {
  readonly value: GoValue[] | Map<string, GoValue>
  readonly json: unknown

  constructor(value: GoValue[] | Map<string, GoValue>, json: unknown) {
    this.value = value
    this.json = json
  }
}

export type GoValue = string | number | boolean | null | GoValue[] | Map<string, GoValue> | GoStruct | GoJson

/** A JSON value as Go has it. */
export function toGo(value: unknown): GoValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map(toGo)
  if (typeof value !== 'object' || value === null) return null
  return new Map(Object.entries(value).map(([key, item]) => [key, toGo(item)]))
}

/** What `range`, `index` and `len` look at. */
export function contentOf(value: GoValue): Exclude<GoValue, GoJson> {
  return value instanceof GoJson ? value.value : value
}

export function isTrue(given: GoValue): boolean {
  const value = contentOf(given)
  if (value === null || value === false || value === 0 || value === '') return false
  if (Array.isArray(value)) return value.length > 0
  return value instanceof Map ? value.size > 0 : true
}

/** As Go's `fmt` prints it; nothing prints as nothing. */
export function printed(value: GoValue): string {
  if (value === null) return ''
  if (value instanceof GoJson || value instanceof GoStruct) return goJson(value)
  if (Array.isArray(value)) return `[${value.map(printed).join(' ')}]`
  if (value instanceof Map)
    return `map[${sortedEntries(value)
      .map(([key, item]) => `${key}:${printed(item)}`)
      .join(' ')}]`
  return String(value)
}

/** As Go's `json.Marshal` writes it: no spaces, maps sorted, and `<`, `>`, `&` spelled out. */
export function goJson(value: GoValue): string {
  return JSON.stringify(jsonOf(value)).replaceAll(
    /[<>&\u2028\u2029]/g,
    (char) => String.raw`\u` + char.charCodeAt(0).toString(16).padStart(4, '0'),
  )
}

/** Keys in order, as Go walks over a map. */
export function sortedEntries(map: ReadonlyMap<string, GoValue>): [string, GoValue][] {
  return [...map].toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
}

function jsonOf(value: GoValue): unknown {
  if (value instanceof GoJson || value instanceof GoStruct) return value.json
  if (Array.isArray(value)) return value.map(jsonOf)
  if (value instanceof Map) return Object.fromEntries(sortedEntries(value).map(([key, item]) => [key, jsonOf(item)]))
  return value
}
