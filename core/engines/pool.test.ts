import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempFolder } from '../lib/temp-folder.testing.ts'
import { beat, done, idsOf, loadsAtOnce, playedPool, ready, settled, testModel, testRequest } from './pool.testing.ts'

const program = { by: 'program' } as const

describe('the pool of engines', () => {
  it('starts one process for a model that many ask for at once, with one libuv thread and no default thread count', async () => {
    const { pool, host, engine } = playedPool(loadsAtOnce)
    await Promise.all([1, 2, 3].map(() => pool.load(testModel('a'), program)))
    expect(host.children).toHaveLength(1)
    expect(engine(0).env).toEqual({ UV_THREADPOOL_SIZE: '1' })
    expect(engine(0).received[0]).toMatchObject({
      type: 'load',
      options: { contextLength: 4096, slots: 2, decodeThreads: 2, batchThreads: 2, flashAttention: true },
    })
  })

  it('loads with the settings of the model, and anew when they changed', async () => {
    const { pool, host, engine } = playedPool(loadsAtOnce)
    const first = testModel('a')
    await pool.load(first, program)
    expect(engine(0).received[0]).toMatchObject({ options: { kvType: 'f16', gpuLayers: null, template: null } })
    await pool.load(first, program)
    expect(host.children).toHaveLength(1)
    const load = { contextLength: 1024, kvType: 'q8_0' as const, gpuLayers: 3, threads: 1, slots: 3, mlock: true }
    const changed = { ...first, defaults: { ...first.defaults, load, template: '{{ x }}' } }
    await pool.load(changed, program)
    expect(engine(0).killed).toBe(true)
    expect(engine(1).received[0]).toMatchObject({
      options: {
        contextLength: 1024,
        kvType: 'q8_0',
        gpuLayers: 3,
        decodeThreads: 1,
        slots: 3,
        mlock: true,
        template: { language: 'jinja', text: '{{ x }}' },
      },
    })
    await pool.load({ ...changed, favourite: true }, program)
    expect(host.children).toHaveLength(2)
  })

  it('loads anew for a longer context when nobody is answered, and uses what is there for a shorter one', async () => {
    const { pool, run, host, engine } = playedPool(loadsAtOnce)
    const model = testModel('a', { facts: { contextLength: 32_768 } })
    await pool.load(model, program)
    const answered = run(model, { contextLength: 1024 })
    await settled()
    engine(0).send(done(1))
    await answered.result
    expect(host.children).toHaveLength(1)
    run(model, { contextLength: 16_384 })
    await settled()
    expect(engine(1).received[0]).toMatchObject({ options: { contextLength: 16_384 } })
    await pool.close()
  })

  it('tells a request the load progress, then what the engine says, then the end', async () => {
    const { run, engine } = playedPool((child) => {
      child.onReceive = (message) => {
        if (message.type === 'load') {
          child.send({ type: 'progress', progress: 0.5 })
          child.send(ready(message))
        }
        if (message.type === 'generate') {
          child.send({ type: 'reasoning', id: message.id, text: 'Hm', tokens: 1 })
          child.send({ type: 'text', id: message.id, text: 'Hello', tokens: 1 })
          child.send({ type: 'toolCall', id: message.id, index: 0, callId: 'c', name: 'now', tokens: 1 })
          child.send(done(message.id))
        }
      }
    })
    const { result, events } = run('a')
    await expect(result).resolves.toMatchObject({ done: { reason: 'stop', cacheSource: 'none' } })
    expect(events.map((event) => event.type)).toEqual(['loading', 'loading', 'reasoning', 'text', 'toolCall'])
    expect(engine(0).killed).toBe(false)
  })

  it('tells the engine who asks and how urgently', async () => {
    const { run, engine } = playedPool(loadsAtOnce)
    run('a', { priority: 'person', owner: 'window' })
    await settled()
    expect(engine(0).received[1]).toMatchObject({ type: 'generate', priority: 'person', owner: 'window' })
  })

  it('frees a caller that stops at once, while loading and while answering', async () => {
    const { run } = playedPool(() => {})
    const controller = new AbortController()
    const { result } = run('a', { signal: controller.signal })
    controller.abort()
    await expect(result).rejects.toMatchObject({ code: 'cancelled' })

    const other = playedPool(loadsAtOnce)
    const answering = new AbortController()
    const running = other.run('a', { signal: answering.signal })
    await settled()
    answering.abort()
    await expect(running.result).rejects.toMatchObject({ code: 'cancelled' })
    expect(other.engine(0).received.at(-1)).toEqual({ type: 'cancel', id: 1 })
  })

  it('frees one that waits for a slot, and nothing reaches the engine', async () => {
    const { run, pool, engine } = playedPool(loadsAtOnce)
    await pool.load(testModel('a'), program)
    run('a')
    run('a')
    const controller = new AbortController()
    const waiting = run('a', { signal: controller.signal })
    await settled()
    expect(waiting.events).toEqual([{ type: 'queued', position: 1 }])
    controller.abort()
    await expect(waiting.result).rejects.toMatchObject({ code: 'cancelled' })
    expect(idsOf(engine(0))).toHaveLength(2)
    expect(pool.loadedModels()).toMatchObject([{ active: 2, queued: 0 }])
  })

  it('tells those that wait their place, and moves them up', async () => {
    const { run, engine, pool } = playedPool(loadsAtOnce)
    await pool.load(testModel('a'), program)
    const runs = [run('a'), run('a'), run('a'), run('a')]
    await settled()
    expect(idsOf(engine(0))).toHaveLength(2)
    expect(runs[3]?.events.at(-1)).toEqual({ type: 'queued', position: 2 })
    engine(0).send(done(1))
    await runs[0]?.result
    await settled()
    expect(runs[3]?.events.at(-1)).toEqual({ type: 'queued', position: 1 })
    expect(idsOf(engine(0))).toHaveLength(3)
    expect(pool.loadedModels()).toMatchObject([{ active: 2, queued: 1 }])
  })

  it('sends a person on at once although programs hold every slot: the engine sets those aside', async () => {
    const { run, engine, pool } = playedPool(loadsAtOnce)
    await pool.load(testModel('a'), program)
    for (let index = 0; index < 5; index++) run('a', { priority: 'batch' })
    const person = run('a', { priority: 'person', owner: 'window' })
    await settled()
    expect(engine(0).received.at(-1)).toMatchObject({ type: 'generate', priority: 'person' })
    expect(person.events).toEqual([])
  })

  it('lets owners take turns', async () => {
    const { run, pool } = playedPool(loadsAtOnce, { wantedSlots: 1 })
    await pool.load(testModel('a'), program)
    for (let index = 0; index < 5; index++) run('a', { ownerId: 'key:busy' })
    const other = run('a', { ownerId: 'key:other' })
    await settled()
    expect(other.events.at(-1)).toEqual({ type: 'queued', position: 1 })
  })

  it('refuses what waits too long a queue, with how long to wait', async () => {
    const { run, pool } = playedPool(loadsAtOnce, { env: { HEARTH_MAX_QUEUE: '3' } })
    await pool.load(testModel('a'), program)
    const runs = Array.from({ length: 6 }, () => run('a'))
    await expect(runs[5]?.result).rejects.toMatchObject({
      code: 'queue_full',
      data: { model: 'a', waiting: 3, retryAfterSeconds: expect.any(Number) },
    })
    await pool.close()
    const none = playedPool(loadsAtOnce, { env: { HEARTH_MAX_QUEUE: '0' }, wantedSlots: 1 })
    await none.pool.load(testModel('a'), program)
    none.run('a')
    await expect(none.run('a').result).rejects.toMatchObject({ code: 'queue_full', data: { waiting: 0 } })
  })

  it('answers embeddings, ranks and counts with what the engine says', async () => {
    const { pool } = playedPool((child) => {
      child.onReceive = (message) => {
        if (message.type === 'load') child.send(ready(message))
        if (message.type === 'embed') child.send({ type: 'vectors', id: message.id, vectors: [[1, 0]], tokens: 4 })
        if (message.type === 'rerank') child.send({ type: 'scores', id: message.id, scores: [0.5], tokens: 7 })
        if (message.type === 'tokenize') child.send({ type: 'tokens', id: message.id, tokens: [1, 2] })
        if (message.type === 'detokenize') child.send({ type: 'detokenized', id: message.id, text: 'Hi' })
        if (message.type === 'render') child.send({ type: 'rendered', id: message.id, text: '<s>Hi', tokens: 2 })
      }
    })
    const { signal } = new AbortController()
    const who = { priority: 'api', owner: 'http', ownerId: 'local', signal } as const
    const model = testModel('a')
    await expect(pool.embed(model, { inputs: ['Hi'], truncate: false }, who)).resolves.toMatchObject({
      done: { vectors: [[1, 0]], tokens: 4 },
    })
    await expect(pool.rerank(model, { query: 'q', documents: ['d'] }, who)).resolves.toMatchObject({
      done: { scores: [0.5] },
    })
    await expect(pool.tokenize(model, 'Hi', false, signal)).resolves.toEqual([1, 2])
    await expect(pool.detokenize(model, [1, 2], signal)).resolves.toBe('Hi')
    await expect(pool.render(model, testRequest, signal)).resolves.toEqual({ text: '<s>Hi', tokens: 2 })
  })

  it('falls back to the processor when a GPU fails, and says so', async () => {
    const { pool, notices, engine } = playedPool(
      (child) => {
        child.onReceive = (message) => {
          if (message.type !== 'load') return
          if (message.options.backend === 'cpu') child.send(ready(message))
          else child.send({ type: 'error', fatal: true, error: { code: 'model_load_failed', message: 'no' } })
        }
      },
      { choice: { chosen: 'vulkan' } },
    )
    await pool.load(testModel('a'), program)
    expect(pool.loadedModels()).toMatchObject([{ backend: 'cpu', state: 'ready' }])
    expect(engine(0).env).toEqual({})
    const watch = notices.topic.watch()
    expect((await watch.next()).value).toMatchObject([
      { info: { code: 'backend_failed', data: { wanted: 'vulkan', used: 'cpu' } } },
    ])
    await watch.return()
  })

  it('ends the process of a model that is unloaded, and says so to who was being answered', async () => {
    const { run, pool, engine } = playedPool(loadsAtOnce)
    const { result } = run('a')
    await settled()
    await Promise.all([expect(result).rejects.toMatchObject({ message: 'a was unloaded.' }), pool.unload('a')])
    expect(engine(0).killed).toBe(true)
    expect(pool.loadedModels()).toEqual([])
  })

  it('tries a file that nobody knows in a throwaway process first, and never loads one that kills it', async () => {
    const checked: string[] = []
    const found = { checkedAt: 1, templateRenders: null, answers: null, stops: null, intact: null }
    const error = { code: 'model_check_failed' as const, message: 'It ended the process.' }
    const { pool, host } = playedPool(loadsAtOnce, {
      check: async (model) => {
        checked.push(model.name)
        return model.name === 'bad' ? { ...found, loads: false, error } : { ...found, loads: true, error: null }
      },
    })
    await pool.load(testModel('good'), program)
    await pool.load(testModel('known', { check: { ...found, loads: true, error: null } }), program)
    await pool.load(testModel('fetched', { origin: 'hub' }), program)
    await expect(pool.load(testModel('bad'), program)).rejects.toMatchObject({ code: 'model_check_failed' })
    expect(checked).toEqual(['good', 'bad'])
    expect(host.children).toHaveLength(3)
  })

  it('refuses settings that contradict each other instead of changing one', async () => {
    const { pool, host } = playedPool(loadsAtOnce)
    const model = testModel('a')
    const load = { kvType: 'q8_0' as const, flashAttention: false }
    await expect(pool.load({ ...model, defaults: { ...model.defaults, load } }, program)).rejects.toMatchObject({
      code: 'invalid_input',
      data: { parameter: 'flashAttention' },
    })
    expect(host.children).toHaveLength(0)
  })

  it('takes what was measured for the model, but not before what a person set', async () => {
    const { pool, engine } = playedPool(loadsAtOnce)
    const tuning = {
      measuredAt: 1,
      decodeThreads: 1,
      batchThreads: 2,
      decodeBatchMax: 4,
      flashAttention: false,
      batchSize: 512,
      measured: [],
    }
    await pool.load(testModel('a', { tuning }), program)
    expect(engine(0).received[0]).toMatchObject({
      options: { decodeThreads: 1, batchThreads: 2, decodeBatchMax: 4, flashAttention: false, batchSize: 512 },
    })
    const own = testModel('b', { tuning })
    await pool.load({ ...own, defaults: { ...own.defaults, load: { batchSize: 128, flashAttention: true } } }, program)
    expect(engine(1).received[0]).toMatchObject({ options: { flashAttention: true, batchSize: 128 } })
  })

  it('keeps conversations over the end of a process, and erases them where they lie', async () => {
    const home = tempFolder()
    const { pool, engine } = playedPool(
      (child) => {
        child.onReceive = (message) => {
          if (message.type === 'load') child.send(ready(message))
          if (message.type === 'keepStates') child.send(done(message.id))
        }
      },
      { home, engine: { stateCache: true, stateCacheBytes: 1e9 } },
    )
    await pool.load(testModel('a'), program)
    const [load] = engine(0).received
    expect(load).toMatchObject({
      options: { stateCache: { folder: expect.stringContaining(join(home, 'states')), diskBytes: 1e9 } },
    })
    await pool.forget('chat')
    await pool.close()
    expect(
      engine(0)
        .received.slice(1)
        .map(({ type }) => type),
    ).toEqual(['forget', 'keepStates'])
    expect(engine(0).killed).toBe(true)
  })

  it('gives the engine its draft model for one answer at a time, and says which one is not here', async () => {
    const small = testModel('small')
    const { pool, engine } = playedPool(loadsAtOnce, { models: [small] })
    const withDraft = (draftModel: string, slots?: number) => {
      const model = testModel('a')
      const load = { draftModel, ...(slots === undefined ? {} : { slots }) }
      return { ...model, defaults: { ...model.defaults, load } }
    }
    await pool.load(withDraft('small'), program)
    expect(engine(0).received[0]).toMatchObject({ options: { draftPath: small.path, slots: 1 } })
    await expect(pool.load(withDraft('small', 2), program)).rejects.toMatchObject({ data: { parameter: 'slots' } })
    await expect(pool.load(withDraft('gone'), program)).rejects.toMatchObject({
      code: 'model_not_found',
      data: { model: 'gone' },
    })
  })
})

describe('reading ahead', () => {
  const asked = (engine: { received: { type: string }[] }) => engine.received.map(({ type }) => type)

  it('happens only in a model that is loaded and that nobody uses', async () => {
    const { pool, run, engine, host } = playedPool(loadsAtOnce)
    const { signal } = new AbortController()
    expect(await pool.readAhead(testModel('a'), testRequest, signal)).toBeNull()
    expect(host.children).toHaveLength(0)
    await pool.load(testModel('a'), program)
    const reading = pool.readAhead(testModel('a'), testRequest, signal)
    await settled()
    engine(0).send(done(1))
    expect(await reading).toMatchObject({ usage: { prompt: 3 } })
    run('a')
    await settled()
    expect(await pool.readAhead(testModel('a'), testRequest, signal)).toBeNull()
  })

  it('is given up as soon as anything else is asked', async () => {
    const { pool, run, engine } = playedPool(loadsAtOnce)
    await pool.load(testModel('a'), program)
    const reading = pool.readAhead(testModel('a'), testRequest, new AbortController().signal)
    await settled()
    run('a')
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' })
    await settled()
    expect(asked(engine(0))).toEqual(['load', 'readAhead', 'cancel', 'generate'])
  })

  it('does not keep a model that must give way', async () => {
    let free = 16e9
    const { pool, engine } = playedPool(loadsAtOnce, { free: () => free })
    await pool.load(testModel('a'), program)
    engine(0).send(beat(5e8))
    const reading = pool.readAhead(testModel('a'), testRequest, new AbortController().signal).catch(() => null)
    await settled()
    free = 1e8
    const loading = pool.load(testModel('b'), program).catch(() => {})
    await settled()
    expect(engine(0).killed).toBe(true)
    expect(await reading).toBeNull()
    await loading
  })
})

describe('measuring a model', () => {
  const tuning = { decodeThreads: 1, batchThreads: 2, decodeBatchMax: 8, flashAttention: true, batchSize: 256 }

  it('tells its progress and what was found, and shows it', async () => {
    const { pool, engine } = playedPool(loadsAtOnce)
    const told: number[] = []
    const result = pool.tune(testModel('a'), new AbortController().signal, (progress) => told.push(progress))
    await settled()
    engine(0).send({ type: 'tuning', id: 1, progress: 0.5 })
    await settled()
    expect(pool.loadedModels()).toMatchObject([{ tuning: 0.5 }])
    engine(0).send({ type: 'tuned', id: 1, tuning, measured: [] })
    expect(await result).toEqual({ tuning, measured: [] })
    expect(told).toEqual([0.5])
    expect(pool.loadedModels()).toMatchObject([{ tuning: null }])
  })

  it('gives way to a request, and does not begin beside one', async () => {
    const { pool, run } = playedPool(loadsAtOnce)
    const result = pool.tune(testModel('a'), new AbortController().signal, () => {})
    result.catch(() => {})
    await settled()
    run('a')
    await expect(result).rejects.toMatchObject({ code: 'cancelled' })
    await expect(pool.tune(testModel('a'), new AbortController().signal, () => {})).rejects.toMatchObject({
      code: 'cancelled',
    })
  })
})
