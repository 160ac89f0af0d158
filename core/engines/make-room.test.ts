import { describe, expect, it } from 'vitest'
import type { EngineToHost } from '../../shared/process/engine.ts'
import { beat, type Engine, idsOf, loadsAtOnce, playedPool, ready, settled, testModel } from './pool.testing.ts'

const program = { by: 'program' } as const
const outOfMemory: EngineToHost = {
  type: 'error',
  fatal: true,
  error: { code: 'out_of_memory', message: 'There is not enough free memory for this model.' },
}
const large = (name: string) => testModel(name, { facts: { contextLength: 32_768 } })

/** A machine on which each engine takes what `sizes` says; what is free follows from those that live. */
function machine(total: number, sizes: Record<string, number>) {
  const sizeOf = (engine: Engine) => {
    const load = engine.received.find((message) => message.type === 'load')
    return engine.killed || !load ? 0 : (sizes[load.options.path] ?? 0)
  }
  const played = playedPool(
    (engine) => {
      engine.onReceive = (message) => {
        if (message.type !== 'load') return
        engine.send(ready(message))
        engine.send(beat(sizeOf(engine)))
      }
    },
    { total, sizeOf, free: () => total - played.host.children.reduce((sum, child) => sum + sizeOf(child), 0) },
  )
  return played
}

describe('making room for a model', () => {
  it('unloads idle ones by size × time unused until the new one fits, and waits until they are gone', async () => {
    const { pool, pass, engine } = machine(3.3e9, {
      '/models/small.gguf': 0.3e9,
      '/models/big.gguf': 1.5e9,
      '/models/recent.gguf': 0.8e9,
    })
    await pool.load(testModel('big'), program)
    await pool.load(testModel('small'), program)
    await pass(60)
    await pool.load(testModel('recent'), program)
    await pass(1)
    await pool.load(testModel('new', { sizeBytes: 1.2e9 }), program)
    expect(pool.loadedModels().map(({ model }) => model)).toEqual(['small', 'recent', 'new'])
    expect(engine(0).killed).toBe(true)
    expect(pool.loadedModels()[2]?.rungs).toEqual([{ kind: 'evicted', model: 'big' }])
  })

  it('never unloads one at work', async () => {
    const { pool, run, engine } = machine(2e9, { '/models/busy.gguf': 1.4e9, '/models/idle.gguf': 0.2e9 })
    await pool.load(testModel('idle'), program)
    run('busy')
    await settled()
    expect(idsOf(engine(1))).toHaveLength(1)
    await expect(pool.load(testModel('new', { sizeBytes: 1e9 }), program)).rejects.toMatchObject({
      code: 'out_of_memory',
    })
    expect(engine(1).killed).toBe(false)
    // Unloading the idle one could not have helped, so it stays.
    expect(engine(0).killed).toBe(false)
  })

  it('unloads the smaller idle one although one at work holds more', async () => {
    const { pool, run, engine } = machine(3.2e9, { '/models/busy.gguf': 1.2e9, '/models/idle.gguf': 0.9e9 })
    await pool.load(testModel('idle'), program)
    run('busy')
    await settled()
    await pool.load(testModel('new', { sizeBytes: 0.9e9 }), program)
    expect(engine(0).killed).toBe(true)
    expect(engine(1).killed).toBe(false)
    expect(pool.loadedModels().map(({ model }) => model)).toEqual(['busy', 'new'])
  })

  it('takes fewer slots, then a smaller context, then a quantized cache, shows it, and tells it once', async () => {
    let free = 16e9
    const { pool, engine, notices } = playedPool(loadsAtOnce, { free: () => free, wantedSlots: 4 })
    await pool.load(large('roomy'), program)
    expect(engine(0).received[0]).toMatchObject({ options: { slots: 4, contextLength: 8192, kvType: 'f16' } })
    await pool.unload('roomy')

    free = 0.52e9
    await pool.load(large('tight'), program)
    expect(engine(1).received[0]).toMatchObject({ options: { slots: 1, kvType: 'f16' } })
    const { rungs, contextLength } = pool.loadedModels()[0] ?? {}
    expect(rungs?.map(({ kind }) => kind)).toEqual(['slots', 'context'])
    expect(contextLength).toBeLessThan(8192)
    const watch = notices.topic.watch()
    expect((await watch.next()).value).toMatchObject([
      { level: 'info', info: { code: 'memory_short', data: { model: 'tight', slots: 1, contextLength } } },
    ])
    await watch.return()
    // The next request asks for the same as before and does not load it anew.
    await pool.load(large('tight'), program)
    expect(pool.loadedModels()).toHaveLength(1)
  })

  it('refuses a model that can never fit, with what would, and keeps what is set', async () => {
    const { pool, host } = playedPool(loadsAtOnce, { total: 16e9, free: () => 12e9 })
    await expect(pool.load(testModel('huge', { sizeBytes: 40e9 }), program)).rejects.toMatchObject({
      code: 'out_of_memory',
      suggestion: expect.stringMatching(/file of up to \d+\.\d GB would fit/),
      data: { model: 'huge', fitGb: expect.stringMatching(/^1[01]\.\d$/) },
    })
    const model = testModel('a', { facts: { contextLength: 1_000_000 } })
    const set = { ...model, defaults: { ...model.defaults, load: { contextLength: 1_000_000 } } }
    await expect(pool.load(set, program)).rejects.toMatchObject({
      code: 'out_of_memory',
      suggestion: expect.stringMatching(/context of \d+ tokens would fit/),
      data: { fitContextLength: expect.any(Number) },
    })
    expect(host.children).toHaveLength(0)
  })

  it('fault 3: evicts, then goes down the ladder when a load runs out of memory, and answers in the end', async () => {
    const { pool, run, host, engine } = playedPool((child) => {
      child.onReceive = (message) => {
        if (message.type !== 'load') return
        const { path, contextLength } = message.options
        child.send(path.includes('new') && contextLength > 2048 ? outOfMemory : ready(message))
      }
    })
    await pool.load(testModel('idle'), program)
    run(large('new'))
    await settled()
    await settled()
    expect(engine(0).killed).toBe(true)
    const loads = host.children.slice(1).map(({ received }) => {
      const first = received[0]
      return first?.type === 'load' ? [first.options.slots, first.options.contextLength] : null
    })
    expect(loads).toEqual([
      [2, 8192],
      [2, 8192],
      [1, 8192],
      [1, 2048],
    ])
    expect(pool.loadedModels()).toMatchObject([
      {
        model: 'new',
        state: 'ready',
        rungs: [
          { kind: 'evicted', model: 'idle' },
          { kind: 'slots', from: 2, to: 1 },
          { kind: 'context', from: 8192, to: 2048 },
        ],
      },
    ])
  })

  it('fault 3: refuses clearly when even the smallest runs out of memory, with nothing left behind', async () => {
    const { pool, host } = playedPool((child) => {
      child.onReceive = () => child.send(outOfMemory)
    })
    const model = large('a')
    const set = { ...model, defaults: { ...model.defaults, load: { contextLength: 8192, slots: 1 } } }
    await expect(pool.load(set, program)).rejects.toMatchObject({ code: 'out_of_memory', data: { model: 'a' } })
    // The context is a person's: only the type of the cache was left to change.
    expect(host.children).toHaveLength(2)
    for (const { received } of host.children) expect(received[0]).toMatchObject({ options: { contextLength: 8192 } })
    expect(pool.loadedModels()).toMatchObject([{ state: 'failed', memoryBytes: null }])
  })

  it('counts what a load that runs has not taken yet', async () => {
    const { pool, host } = playedPool(() => {}, { total: 2e9, free: () => 2e9 })
    const first = pool.load(testModel('a', { sizeBytes: 1.2e9 }), program).catch(() => {})
    await settled()
    expect(host.children).toHaveLength(1)
    await expect(pool.load(testModel('b', { sizeBytes: 1.2e9 }), program)).rejects.toMatchObject({
      code: 'out_of_memory',
    })
    await pool.close()
    await first
  })
})
