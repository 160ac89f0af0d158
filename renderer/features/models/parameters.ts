/**
 * The size of a model as people write it: `135M`, `8.2B`, `1.1T`; three significant digits at most, and
 * none after the point that would be zero. `0` and what is no number give an empty string.
 */
export function formatParameters(parameters: number): string {
  if (!Number.isFinite(parameters) || parameters <= 0) return ''
  const units = [
    { unit: 1e12, suffix: 'T' },
    { unit: 1e9, suffix: 'B' },
    { unit: 1e6, suffix: 'M' },
    { unit: 1e3, suffix: 'K' },
  ]
  for (const { unit, suffix } of units) {
    const value = parameters / unit
    // 999.6M is a billion to a reader.
    if (value >= 0.9995) return `${shorten(value, suffix)}${suffix}`
  }
  return String(Math.round(parameters))
}

function shorten(value: number, suffix: string): string {
  const decimals = suffix === 'B' || suffix === 'T' ? 1 : 0
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toFixed(decimals)))
}
