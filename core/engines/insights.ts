import {
  type EngineSample,
  type GenerationRecord,
  type InsightsEvent,
  KEPT_GENERATIONS,
  KEPT_SAMPLES,
} from '../../shared/domain/engines.ts'
import { createTopic } from '../lib/topic.ts'

/** To one watcher, between two events. */
const INTERVAL_MS = 1000

/** What the engines did lately. */
export interface Insights {
  record(generation: GenerationRecord): void
  /** What is kept, then what is new, once a second at most. */
  watch(signal?: AbortSignal): AsyncGenerator<InsightsEvent, void, void>
}

/** The side of the pool, which takes the samples. */
export interface InsightsRecorder extends Insights {
  readonly watched: boolean
  sample(sample: Omit<EngineSample, 'ttftMs'>): void
}

/** @param onWatched someone began to watch */
export function createInsights(onWatched: () => void): InsightsRecorder {
  const samples = createRing<EngineSample>(KEPT_SAMPLES)
  const generations = createRing<GenerationRecord>(KEPT_GENERATIONS)
  let watchers = 0
  let newestTtft: number | null = null
  const topic = createTopic(() => null, INTERVAL_MS)

  return {
    get watched() {
      return watchers > 0
    },
    record(generation) {
      newestTtft = generation.timings?.ttftMs ?? newestTtft
      generations.push(generation)
      topic.changed()
    },
    sample(sample) {
      samples.push({ ...sample, ttftMs: newestTtft })
      newestTtft = null
      topic.changed()
    },
    async *watch(signal) {
      watchers++
      onWatched()
      const seen = { samples: 0, generations: 0 }
      let first = true
      try {
        for await (const _ of topic.watch(signal)) {
          const event = { samples: samples.since(seen.samples), generations: generations.since(seen.generations) }
          seen.samples = samples.count
          seen.generations = generations.count
          if (first || event.samples.length > 0 || event.generations.length > 0) yield event
          first = false
        }
      } finally {
        watchers--
      }
    },
  }
}

/** The last items, and how many there ever were. */
function createRing<T>(kept: number) {
  let items: T[] = []
  let count = 0
  return {
    get count() {
      return count
    },
    push(item: T) {
      items = [...items.slice(1 - kept), item]
      count++
    },
    since(seen: number): T[] {
      const fresh = Math.min(count - seen, items.length)
      return fresh > 0 ? items.slice(-fresh) : []
    },
  }
}
