import type { MeasuredCase } from './speed-model.ts'
import { contextRange } from './speed-store.ts'

/**
 * One run for each file, backend, KV type and range of context: the median of those that there are, because a computer
 * that does other things too makes single runs slow.
 */
export function typicalRuns<Run extends MeasuredCase>(runs: readonly Run[]): Run[] {
  const cases = new Map<string, Run[]>()
  for (const run of runs) {
    const key = JSON.stringify([run.file, run.backend, run.kvType, contextRange(run.contextTokens).from])
    cases.set(key, [...(cases.get(key) ?? []), run])
  }
  return [...cases.values()].flatMap((same) => {
    const sorted = same.toSorted((a, b) => a.decodeTps - b.decodeTps)
    // Of an even number the faster one: disturbance only ever slows.
    return sorted[Math.floor(sorted.length / 2)] ?? []
  })
}
