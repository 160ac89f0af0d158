/** A second death of the core within this time is not cured by a third start (ms). */
export const RESTART_WINDOW_MS = 60_000

/**
 * Whether a core that died is started again.
 *
 * @param lastDeath when it died before, on the same monotonic clock; null if it never did
 */
export function mayRestart(lastDeath: number | null, now: number): boolean {
  return lastDeath === null || now - lastDeath >= RESTART_WINDOW_MS
}
