export interface Pacer {
  /** Something happened that may call for a run. */
  nudge: () => void
  stop: () => void
}

export interface PacerOptions {
  /** Runs once it has been quiet for so long (ms). */
  restMs: number
  /** And never sooner than so long after the last run (ms). */
  everyMs: number
  run: () => void
}

/** Runs something a moment after the last nudge, and not too often however long the nudges go on. */
export function createPacer({ restMs, everyMs, run }: PacerOptions): Pacer {
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = -Infinity
  return {
    nudge() {
      clearTimeout(timer)
      const wait = Math.max(restMs, last + everyMs - Date.now())
      timer = setTimeout(() => {
        last = Date.now()
        run()
      }, wait)
    },
    stop: () => clearTimeout(timer),
  }
}
