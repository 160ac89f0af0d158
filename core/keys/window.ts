/**
 * What was used in the span of time before now. It is kept in steps, so that it stays small; a step counts as long as
 * any part of it lies in the span, so that never more than a limit is let through.
 */
export interface UsageWindow {
  /** @param at milliseconds. Returns when the step began to which the amount was added. */
  add(amount: number, at: number): number
  /** Milliseconds until less than `limit` counts; 0 when that is so now. */
  waitMs(limit: number, now: number): number
}

/** @param spanMs how far back it reaches @param stepMs how finely */
export function createWindow(spanMs: number, stepMs: number): UsageWindow {
  /** Amounts by the beginning of their step. */
  const steps = new Map<number, number>()
  return {
    add(amount, at) {
      const since = Math.floor(at / stepMs) * stepMs
      steps.set(since, (steps.get(since) ?? 0) + amount)
      return since
    },
    waitMs(limit, now) {
      for (const since of steps.keys()) if (since + stepMs <= now - spanMs) steps.delete(since)
      let total = 0
      for (const amount of steps.values()) total += amount
      if (total < limit) return 0
      for (const [since, amount] of [...steps].toSorted(([a], [b]) => a - b)) {
        total -= amount
        if (total < limit) return since + stepMs + spanMs - now
      }
      return spanMs
    },
  }
}
