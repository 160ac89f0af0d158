import { describe, expect, it } from 'vitest'
import type { GenerationRecord } from '../../shared/domain/engines.ts'
import { createInsights } from './insights.ts'
import { beat, done, loadsAtOnce, playedPool, settled, testModel } from './pool.testing.ts'

const record = (id: string, ttftMs = 10): GenerationRecord => ({
  id,
  at: 1,
  model: 'a',
  door: 'http',
  priority: 'api',
  usage: null,
  timings: { queueMs: 0, loadMs: 0, ttftMs, prefillTps: null, decodeTps: null },
  cacheSource: null,
  reason: 'stop',
  error: null,
})
const sample = { at: 1, decodeTps: 1, prefillTps: 0, memoryBytes: 0, active: 1, queued: 0 }

describe('insights', () => {
  it('tell what is kept, the last 200 generations, then only what is new', async () => {
    const insights = createInsights(() => {})
    for (let index = 0; index < 250; index++) insights.record(record(`${index}`))
    insights.sample(sample)
    const watch = insights.watch()
    const first = (await watch.next()).value
    expect(first?.generations).toHaveLength(200)
    expect(first?.generations.at(-1)?.id).toBe('249')
    expect(first?.samples).toMatchObject([{ ttftMs: 10 }])
    insights.record(record('new', 33))
    insights.sample(sample)
    const next = (await watch.next()).value
    expect(next?.generations.map(({ id }) => id)).toEqual(['new'])
    expect(next?.samples).toMatchObject([{ ttftMs: 33 }])
    await watch.return()
    expect(insights.watched).toBe(false)
  })

  it('take a sample each second only while something happens', async () => {
    const { pool, run, engine, pass } = playedPool(loadsAtOnce)
    await pool.load(testModel('a'), { by: 'program' })
    await pass(5)
    const { result } = run('a')
    await settled()
    engine(0).send({ type: 'prefill', id: 1, done: 100, total: 400, cached: 40 })
    engine(0).send({ type: 'prefill', id: 1, done: 400, total: 400, cached: 40 })
    engine(0).send({ type: 'text', id: 1, text: 'Hello', tokens: 30 })
    await settled()
    expect(pool.loadedModels()).toMatchObject([{ decodeTps: 10, prefillTps: 120, active: 1 }])
    await pass(2, () => engine(0).send(beat(5e8, 1)))
    engine(0).send(done(1))
    await result
    await pass(20)
    const watch = pool.insights.watch()
    const { samples } = (await watch.next()).value ?? { samples: [] }
    await watch.return()
    expect(samples.length).toBeGreaterThanOrEqual(2)
    expect(samples.length).toBeLessThan(8)
    expect(samples[0]).toMatchObject({ decodeTps: 10, prefillTps: 120, memoryBytes: 5e8, active: 1, queued: 0 })
  })
})
