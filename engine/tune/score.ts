/** Of settings that are nearly as good as the best, the most modest is taken: it leaves more to the rest of the computer. */
const nearlyAsGood = 0.95

/** What one setting reached. */
export interface Scored<Setting> {
  setting: Setting
  tokensPerSecond: number
}

/** The 90th percentile: two threads can be fast in most steps and fifty times slower in the others (engine.md). */
export function percentile90(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.ceil(sorted.length * 0.9) - 1] ?? Number.POSITIVE_INFINITY
}

/** The first of those, in the order given, that is nearly as good as the best; null when there are none. */
export function mostModest<Setting>(scored: readonly Scored<Setting>[]): Setting | null {
  const best = Math.max(...scored.map(({ tokensPerSecond }) => tokensPerSecond))
  return scored.find(({ tokensPerSecond }) => tokensPerSecond >= best * nearlyAsGood)?.setting ?? null
}

/** Threads to try on so many cores, the fewest first. */
export function threadCounts(cores: number): { decode: number[]; batch: number[] } {
  const half = Math.ceil(cores / 2)
  const distinct = (counts: number[]) => [...new Set(counts.filter((count) => count >= 1))].sort((a, b) => a - b)
  return { decode: distinct([1, half, cores - 1, cores]), batch: distinct([half, cores]) }
}
