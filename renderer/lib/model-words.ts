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

/** A context length as it is written on models: `512`, `8K` (8192), `128K`, `1M`; other counts to the nearest thousand. */
export function formatContext(tokens: number): string {
  if (tokens < 1000) return String(tokens)
  if (tokens >= 1_000_000) return `${Number((tokens / 1e6).toFixed(1))}M`
  return tokens % 1024 === 0 ? `${tokens / 1024}K` : `${Math.round(tokens / 1000)}K`
}

const UPPER = new Set(['mit', 'bsd', 'cc', 'by', 'nc', 'sa', 'nd', 'gpl', 'lgpl', 'agpl', 'mpl', 'isc'])

/** A licence id from a GGUF header as people write it: `apache-2.0` → `Apache-2.0`, `mit` → `MIT`. */
export function formatLicence(licence: string): string {
  return licence
    .split('-')
    .map((part) => (UPPER.has(part.toLowerCase()) ? part.toUpperCase() : part.charAt(0).toUpperCase() + part.slice(1)))
    .join('-')
}

/** Languages of a GGUF header (`en`, `zh`) by name in the window's language; what is no language code stays as it is. */
export function formatLanguages(codes: readonly string[], locale: string): string {
  const names = new Intl.DisplayNames(locale, { type: 'language', fallback: 'code' })
  const words = codes.map((code) => {
    try {
      return names.of(code) ?? code
    } catch {
      return code
    }
  })
  return new Intl.ListFormat(locale, { style: 'narrow', type: 'conjunction' }).format(words)
}
