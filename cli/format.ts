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
  return count < 999.5e6 ? `${Math.round(count / 1e6)}M` : `${(count / 1e9).toFixed(1)}B`
}

/** A time in milliseconds: `212 ms`, `3.4 s`. */
export function formatMs(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** A time that is left, in seconds: `9s`, `1m24s`, `2h05m`. */
export function formatSeconds(seconds: number): string {
  const total = Math.max(0, Math.ceil(seconds))
  const two = (n: number) => String(n).padStart(2, '0')
  if (total < 60) return `${total}s`
  if (total < 3600) return `${Math.floor(total / 60)}m${two(total % 60)}s`
  return `${Math.floor(total / 3600)}h${two(Math.floor((total % 3600) / 60))}m`
}

/** When something will be: `less than a minute from now`, `4 minutes from now`, `2 hours from now`. */
export function formatFromNow(ms: number): string {
  const units = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
  ] as const
  for (const [unit, length] of units) {
    const count = Math.round(ms / length)
    if (ms >= length) return `${count} ${unit}${count === 1 ? '' : 's'} from now`
  }
  return 'less than a minute from now'
}

/** How long ago something was: `just now`, `5 minutes ago`, `3 days ago`. */
export function formatAgo(ms: number): string {
  const units = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
  ] as const
  for (const [unit, length] of units) {
    const count = Math.floor(ms / length)
    if (count >= 1) return `${count} ${unit}${count === 1 ? '' : 's'} ago`
  }
  return 'just now'
}
