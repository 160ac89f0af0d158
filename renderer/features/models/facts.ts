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
