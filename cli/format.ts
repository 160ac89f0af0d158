/** Rows under their titles: aligned for people, separated by tabs for other programs. */
export function formatTable(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  forPeople: boolean,
): string {
  const all = [titles, ...rows]
  if (!forPeople) return all.map((row) => `${row.join('\t')}\n`).join('')
  const widths = titles.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  return all
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('   ')
          .trimEnd()}\n`,
    )
    .join('')
}

/** A size in decimal units: `98 MB`, `4.7 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}

/** A count of parameters: `135M`, `3.2B`. */
export function formatParameters(count: number): string {
  return count < 1e9 ? `${Math.round(count / 1e6)}M` : `${(count / 1e9).toFixed(1)}B`
}

/** A time in milliseconds: `212 ms`, `3.4 s`. */
export function formatMs(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}
