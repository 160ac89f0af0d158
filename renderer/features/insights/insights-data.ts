import {
  type EngineSample,
  type GenerationRecord,
  type InsightsEvent,
  KEPT_GENERATIONS,
  KEPT_SAMPLES,
} from '../../../shared/domain/engines.ts'

/** What is known of the engines' work, oldest first. */
export interface Insights {
  samples: readonly EngineSample[]
  generations: readonly GenerationRecord[]
}

const NOTHING: Insights = { samples: [], generations: [] }

/** What is known after some news; as much is kept as the core keeps, and nothing stands there twice. */
export function mergeInsights(known: Insights, news: InsightsEvent): Insights {
  const newest = known.samples.at(-1)?.at ?? -Infinity
  const fresh = news.samples.filter((sample) => sample.at > newest)
  const ids = new Set(known.generations.map((record) => record.id))
  const ended = news.generations.filter((record) => !ids.has(record.id))
  return {
    samples: fresh.length === 0 ? known.samples : [...known.samples, ...fresh].slice(-KEPT_SAMPLES),
    generations: ended.length === 0 ? known.generations : [...known.generations, ...ended].slice(-KEPT_GENERATIONS),
  }
}

/** The whole picture after each piece of news of one stream, which begins with what was kept. */
export async function* gather(events: AsyncIterable<InsightsEvent>): AsyncGenerator<Insights> {
  let known = NOTHING
  for await (const news of events) {
    known = mergeInsights(known, news)
    yield known
  }
}
