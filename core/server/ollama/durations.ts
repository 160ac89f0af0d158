import type { FinishEvent } from '../../../shared/domain/generation.ts'

export const nanoseconds = (ms: number) => Math.round(ms * 1e6)

/** Counts and times as this API tells them: what is zero is left out. */
export function toCounts(all: Record<string, number>): object {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value > 0))
}

/** Counts and times of an answer as this API names them, in nanoseconds. */
export function toMetrics({ usage, timings }: FinishEvent, totalMs: number): object {
  const { prefillTps, decodeTps, loadMs } = timings
  const read = usage.prompt - usage.cached
  return toCounts({
    total_duration: nanoseconds(totalMs),
    load_duration: nanoseconds(loadMs),
    prompt_eval_count: usage.prompt,
    prompt_eval_duration: prefillTps === null ? 0 : nanoseconds((read / prefillTps) * 1000),
    eval_count: usage.completion,
    eval_duration: decodeTps === null ? 0 : nanoseconds(((usage.completion - 1) / decodeTps) * 1000),
  })
}
