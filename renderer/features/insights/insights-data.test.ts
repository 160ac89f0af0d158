import { describe, expect, it } from 'vitest'
import { type InsightsEvent, KEPT_GENERATIONS, KEPT_SAMPLES } from '../../../shared/domain/engines.ts'
import { gather, type Insights, mergeInsights } from './insights-data.ts'
import { generation, sample } from './insights.testing.ts'

const nothing: Insights = { samples: [], generations: [] }

async function* stream(...events: InsightsEvent[]) {
  yield* events
}

describe('what is known of the engines', () => {
  it('is what was kept, and then what is new', async () => {
    const seen: number[][] = []
    const events = stream(
      { samples: [sample(1000), sample(2000)], generations: [generation('a')] },
      { samples: [sample(3000)], generations: [] },
    )
    for await (const { samples } of gather(events)) seen.push(samples.map(({ at }) => at))
    expect(seen).toEqual([
      [1000, 2000],
      [1000, 2000, 3000],
    ])
  })

  it('holds nothing twice, even if it is told again', () => {
    const once = mergeInsights(nothing, { samples: [sample(1000)], generations: [generation('a')] })
    const again = mergeInsights(once, {
      samples: [sample(1000), sample(2000)],
      generations: [generation('a'), generation('b')],
    })
    expect(again.samples.map(({ at }) => at)).toEqual([1000, 2000])
    expect(again.generations.map(({ id }) => id)).toEqual(['a', 'b'])
  })

  it('leaves a list as it is when nothing joins it, so that it is not drawn again', () => {
    const known = mergeInsights(nothing, { samples: [sample(1000)], generations: [generation('a')] })
    expect(mergeInsights(known, { samples: [sample(2000)], generations: [] }).generations).toBe(known.generations)
  })

  it('forgets the oldest beyond what is kept', () => {
    const samples = Array.from({ length: KEPT_SAMPLES + 5 }, (_, at) => sample(at))
    const generations = Array.from({ length: KEPT_GENERATIONS + 5 }, (_, id) => generation(String(id)))
    const known = mergeInsights(nothing, { samples, generations })
    expect(known.samples).toHaveLength(KEPT_SAMPLES)
    expect(known.samples[0]?.at).toBe(5)
    expect(known.generations).toHaveLength(KEPT_GENERATIONS)
    expect(known.generations[0]?.id).toBe('5')
  })
})
