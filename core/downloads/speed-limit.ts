/** One limit for all connections of all downloads. */
export interface SpeedLimit {
  /** Milliseconds to wait before going on, now that these bytes came. */
  delay(bytes: number): number
}

/** What was not used a moment ago may be used now, so that late timers do not slow it. */
const CREDIT_MS = 50

/**
 * @param rate bytes a second at this moment; null for none
 * @param clock milliseconds, monotonic
 */
export function createSpeedLimit(rate: () => number | null, clock: () => number): SpeedLimit {
  /** When the bytes so far would have come at exactly the limit. */
  let due = -Infinity
  return {
    delay(bytes) {
      const limit = rate()
      if (limit === null) {
        due = -Infinity
        return 0
      }
      const now = clock()
      due = Math.max(due, now - CREDIT_MS) + (bytes / limit) * 1000
      return Math.max(0, due - now)
    },
  }
}
