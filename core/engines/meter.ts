/** Speeds are those of the last seconds. */
const WINDOW_MS = 3000

/** Tokens per second of one model, all streams together. */
export interface Meter {
  decoded(tokens: number): void
  prefilled(tokens: number): void
  decodeTps(): number
  prefillTps(): number
}

/** @param clock monotonic milliseconds */
export function createMeter(clock: () => number): Meter {
  const decoded = createWindow(clock)
  const prefilled = createWindow(clock)
  return { decoded: decoded.add, prefilled: prefilled.add, decodeTps: decoded.rate, prefillTps: prefilled.rate }
}

function createWindow(clock: () => number) {
  let parts: { at: number; tokens: number }[] = []
  const recent = () => {
    const since = clock() - WINDOW_MS
    if (parts[0] && parts[0].at < since) parts = parts.filter(({ at }) => at >= since)
    return parts
  }
  return {
    add(tokens: number) {
      const at = clock()
      const last = parts.at(-1)
      // Tenths of a second are fine enough, and few.
      if (last && at - last.at < 100) last.tokens += tokens
      else recent().push({ at, tokens })
    },
    rate: () => (recent().reduce((sum, { tokens }) => sum + tokens, 0) / WINDOW_MS) * 1000,
  }
}
