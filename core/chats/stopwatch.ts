import type { GenerationEvent, Timings, Usage } from '../../shared/domain/generation.ts'

/** Measures an answer from outside, for one that ends before the engine can say how it went. */
export interface Stopwatch {
  see(event: GenerationEvent): void
  /** What there was until now; null before the first token. */
  read(): { usage: Usage; timings: Timings } | null
}

/** @param clock monotonic milliseconds */
export function startStopwatch(clock: () => number): Stopwatch {
  const startedAt = clock()
  let readingAt: number | null = null
  let first: { at: number; tokens: number } | null = null
  let lastAt = 0
  let completion = 0
  let reasoning = 0
  let prompt = 0
  let cached = 0
  return {
    see(event) {
      if (event.type === 'prefill') {
        readingAt ??= clock()
        prompt = event.total
        cached = event.cached
      }
      if (event.type === 'text' || event.type === 'reasoning') {
        lastAt = clock()
        completion += event.tokens
        if (event.type === 'reasoning') reasoning += event.tokens
        first ??= { at: lastAt, tokens: event.tokens }
      }
    },
    read() {
      if (first === null) return null
      const decodeMs = lastAt - first.at
      return {
        usage: { prompt, cached, completion, reasoning },
        timings: {
          // From here, waiting for a slot and for the model can't be told apart.
          queueMs: (readingAt ?? first.at) - startedAt,
          loadMs: 0,
          ttftMs: first.at - startedAt,
          prefillTps: null,
          decodeTps: decodeMs > 0 ? ((completion - first.tokens) / decodeMs) * 1000 : null,
        },
      }
    },
  }
}
