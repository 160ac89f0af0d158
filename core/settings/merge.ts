/**
 * `base` with what `change` says, at every depth. Fields that are undefined change nothing, arrays are replaced whole,
 * and a field named `__proto__` is a field like any other.
 */
export function mergeDeep(base: object, change: object): Record<string, unknown> {
  const merged = new Map<string, unknown>(Object.entries(base))
  for (const [name, value] of new Map<string, unknown>(Object.entries(change))) {
    if (value === undefined) continue
    const before = merged.get(name)
    merged.set(name, isPlain(before) && isPlain(value) ? mergeDeep(before, value) : value)
  }
  return Object.fromEntries(merged)
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
