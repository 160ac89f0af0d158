import { describe, expect, it } from 'vitest'
import type { ModelEvent } from './pool-deps.ts'
import { beat, type Engine, loadsAtOnce, playedPool, ready, settled, testModel } from './pool.testing.ts'

const program = { by: 'program' } as const

/** A pool, and what it told. */
function watched(play: (engine: Engine) => void, more: Parameters<typeof playedPool>[1] = {}) {
  const events: ModelEvent[] = []
  return { events, ...playedPool(play, { ...more, onModelEvent: (event) => events.push(event) }) }
}

describe('what the pool tells of models', () => {
  it('is each load with its duration, once, however many wait for it', async () => {
    const { events, pool, sleep, engine } = watched(() => {})
    const loads = [1, 2].map(() => pool.load(testModel('a'), program))
    await settled()
    sleep(1500)
    const load = engine(0).received.find((message) => message.type === 'load')
    if (load) engine(0).send(ready(load))
    await Promise.all(loads)
    expect(events).toEqual([{ type: 'loaded', model: 'a', seconds: 1.5 }])
    await pool.unload('a')
    expect(events).toHaveLength(1)
  })

  it('is a death that nobody waits for, and the load after it', async () => {
    const { events, pool, engine } = watched(loadsAtOnce)
    await pool.load(testModel('a'), program)
    engine(0).exit(139)
    await settled()
    expect(events.map(({ type }) => type)).toEqual(['loaded', 'failed', 'loaded'])
    expect(events[1]).toEqual({ type: 'failed', model: 'a', code: 'engine_crashed' })
  })

  it('is an engine that hangs', async () => {
    const { events, pool, pass } = watched(loadsAtOnce)
    await pool.load(testModel('a'), program)
    await pass(300, () => {})
    expect(events).toContainEqual({ type: 'failed', model: 'a', code: 'engine_hung' })
  })

  it('is a load that fails, once, and neither one that was called off nor one that is not tried any more', async () => {
    const { events, pool } = watched((child) => {
      child.onReceive = () => queueMicrotask(() => child.exit(134))
    })
    for (let attempt = 0; attempt < 4; attempt++) await pool.load(testModel('a'), program).catch(() => {})
    expect(events).toEqual(Array.from({ length: 3 }, () => ({ type: 'failed', model: 'a', code: 'model_load_failed' })))

    const slow = watched(() => {})
    const load = slow.pool.load(testModel('a'), program)
    await settled()
    await slow.pool.unload('a')
    await expect(load).rejects.toMatchObject({ code: 'cancelled' })
    expect(slow.events).toEqual([])
  })

  it('is a model that does not fit, and an idle one that makes room', async () => {
    const { events, pool, host } = watched(
      (engine) => {
        loadsAtOnce(engine)
        engine.send(beat(1.5e9))
      },
      {
        total: 2e9,
        free: () => 2e9 - 1.5e9 * host.children.filter(({ killed }) => !killed).length,
        sizeOf: () => 1.5e9,
      },
    )
    await pool.load(testModel('a', { sizeBytes: 1.2e9 }), program)
    await pool.load(testModel('huge', { sizeBytes: 9e9 }), program).catch(() => {})
    expect(events.slice(1)).toEqual([{ type: 'failed', model: 'huge', code: 'out_of_memory' }])
    await settled()
    await pool.load(testModel('b', { sizeBytes: 1.2e9 }), program)
    expect(events.slice(2)).toEqual([
      { type: 'evicted', model: 'a' },
      { type: 'loaded', model: 'b', seconds: 0 },
    ])
  })
})
