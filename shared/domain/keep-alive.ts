const SECONDS = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 } as const
/** Timers count no further. */
const LONGEST = 10 * 365 * 24 * 3600
const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/y

/**
 * How long a model stays in memory after its last work, as programs and people write it: seconds (`300`, `-1`) or a
 * duration of Go (`5m`, `1h30m`, `-1s`).
 *
 * @returns seconds; −1: for ever, 0: not at all; null when it can't be understood
 */
export function parseKeepAlive(written: string | number): number | null {
  if (typeof written === 'number') return Number.isFinite(written) ? bounded(written) : null
  const text = written.trim()
  if (/^[+-]?\d+(?:\.\d+)?$/.test(text)) return bounded(Number(text))
  const sign = text.startsWith('-') ? -1 : 1
  const parts = text.replace(/^[+-]/, '')
  let seconds = 0
  let at = 0
  while (at < parts.length) {
    PART.lastIndex = at
    const [all, amount, unit] = PART.exec(parts) ?? []
    if (all === undefined) return null
    // The pattern has no other units.
    seconds += Number(amount) * SECONDS[unit as keyof typeof SECONDS]
    at += all.length
  }
  return at === 0 ? null : bounded(sign * seconds)
}

function bounded(seconds: number): number {
  return seconds < 0 ? -1 : Math.min(seconds, LONGEST)
}
