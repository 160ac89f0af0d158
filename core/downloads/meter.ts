/** Speed of something that grows. */
export interface Meter {
  /** How much there is now. */
  sample(total: number): void
  /** Mean of the last seconds; 0 while nothing comes. */
  perSecond(): number
  reset(): void
}

const WINDOW_MS = 5000

/** @param clock milliseconds, monotonic */
export function createMeter(clock: () => number): Meter {
  let samples: { at: number; total: number }[] = []
  return {
    sample(total) {
      const at = clock()
      // It was started over: what came before says nothing.
      if (total < (samples.at(-1)?.total ?? 0)) samples = []
      samples = [...samples.filter((sample) => at - sample.at <= WINDOW_MS), { at, total }]
    },
    perSecond() {
      const first = samples[0]
      const last = samples.at(-1)
      if (!first || !last || last.at <= first.at) return 0
      return ((last.total - first.total) / (last.at - first.at)) * 1000
    },
    reset() {
      samples = []
    },
  }
}
