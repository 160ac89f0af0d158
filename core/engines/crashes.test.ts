import { describe, expect, it } from 'vitest'
import {
  beat,
  done,
  type Engine,
  emptyDatabase,
  idsOf,
  loadsAtOnce,
  playedPool,
  ready,
  settled,
  silent,
  testModel,
} from './pool.testing.ts'

const program = { by: 'program' } as const
const text = (id: number) => ({ type: 'text' as const, id, text: 'Par', tokens: 1 })

describe('an engine that dies', () => {
  it('fault 1: fails what had begun with what it had, and the next request works', async () => {
    const { run, engine, pool } = playedPool(loadsAtOnce)
    const first = run('a')
    await settled()
    engine(0).send(text(1))
    await settled()
    engine(0).exit(139)
    await expect(first.result).rejects.toMatchObject({ code: 'engine_crashed', data: { model: 'a', exitCode: 139 } })
    expect(first.events.at(-1)).toMatchObject({ text: 'Par' })
    const second = run('a')
    await settled()
    engine(1).send(done(1))
    await expect(second.result).resolves.toMatchObject({ done: { reason: 'stop' } })
    expect(pool.loadedModels()).toMatchObject([{ state: 'ready', error: null }])
  })

  it('fault 1: asks once more what nobody had seen a word of, and what only waited as often as it takes', async () => {
    const { run, engine, pool, host } = playedPool(loadsAtOnce, { wantedSlots: 1 })
    await pool.load(testModel('a'), program)
    const working = run('a')
    const waiting = run('a')
    await settled()
    engine(0).exit(139)
    await settled()
    expect(host.children).toHaveLength(2)
    engine(1).exit(139)
    await expect(working.result).rejects.toMatchObject({ code: 'engine_crashed' })
    await settled()
    expect(idsOf(engine(2))).toHaveLength(1)
    engine(2).send(done(1))
    await expect(waiting.result).resolves.toMatchObject({ done: { reason: 'stop' } })
  })

  it('is started again once by itself, for the next request, and stays with whom it was chosen by', async () => {
    const { engine, pool, host, pass } = playedPool(loadsAtOnce)
    await pool.load(testModel('a'), { by: 'person' })
    engine(0).exit(139)
    await settled()
    expect(host.children).toHaveLength(2)
    await pass(400)
    expect(pool.loadedModels()).toMatchObject([{ state: 'ready', unloadAt: null }])
    engine(1).exit(139)
    await settled()
    expect(host.children).toHaveLength(2)
    expect(pool.loadedModels()).toEqual([])
  })

  it('fault 2: killed during its load it shows as failed, holds no memory in the books, and loads when asked again', async () => {
    let attempts = 0
    const { pool } = playedPool((child) => {
      attempts++
      if (attempts > 1) return loadsAtOnce(child)
      child.onReceive = () => {
        child.send(beat(1e9))
        queueMicrotask(() => child.exit(134))
      }
    })
    await expect(pool.load(testModel('a'), program)).rejects.toMatchObject({ code: 'model_load_failed' })
    expect(pool.loadedModels()).toMatchObject([
      { state: 'failed', memoryBytes: null, processId: null, error: { code: 'model_load_failed' } },
    ])
    await expect(pool.load(testModel('a'), program)).resolves.toBeUndefined()
    expect(pool.loadedModels()).toMatchObject([{ state: 'ready', error: null }])
  })

  it('fault 5: takes nothing with it when its file vanishes under it; the next request hears what is wrong', async () => {
    const missing = { code: 'model_file_missing' as const, message: 'The file is gone.' }
    let isThere = true
    const { pool, run, engine } = playedPool((child) => {
      child.onReceive = (message) => {
        if (message.type !== 'load') return
        const isWhole = isThere || message.options.path.includes('other')
        child.send(isWhole ? ready(message) : { type: 'error', fatal: true, error: missing })
      }
    })
    await pool.load(testModel('other'), program)
    const cut = run('a')
    await settled()
    engine(1).send(text(1))
    isThere = false
    await settled()
    // SIGBUS: a page of the mapped file is not there any more.
    engine(1).exit(135)
    await expect(cut.result).rejects.toMatchObject({ code: 'engine_crashed' })
    await expect(run('a').result).rejects.toMatchObject({ code: 'model_file_missing' })
    expect(pool.loadedModels()).toMatchObject([
      { model: 'other', state: 'ready' },
      { model: 'a', state: 'failed' },
    ])
  })
})

describe('quarantine', () => {
  const diesAtOnce = (child: Engine) => {
    child.onReceive = (message) => {
      if (message.type === 'load') child.send(ready(message))
      if (message.type === 'generate') child.exit(139)
    }
  }

  it('puts a model aside that dies again and again, with a way out, across a restart of the program', async () => {
    const database = emptyDatabase()
    const { run, pool, host } = playedPool(diesAtOnce, { database })
    await expect(run('a').result).rejects.toMatchObject({ code: 'engine_crashed' })
    await expect(run('a').result).rejects.toMatchObject({ code: 'model_quarantined' })
    expect(host.children).toHaveLength(3)

    const later = playedPool(loadsAtOnce, { database })
    await expect(later.run('a').result).rejects.toMatchObject({
      code: 'model_quarantined',
      data: { model: 'a', crashes: 3 },
    })
    expect(later.host.children).toHaveLength(0)
    const watch = later.pool.topic.watch()
    expect((await watch.next()).value).toMatchObject({
      quarantined: [{ model: 'a', crashes: 3, error: { code: 'engine_crashed' } }],
    })
    await watch.return()

    const model = testModel('a')
    const other = { ...model, defaults: { ...model.defaults, load: { kvType: 'q8_0' as const } } }
    await expect(later.pool.load(other, program)).resolves.toBeUndefined()
    await later.pool.unload('a')
    later.pool.release('a')
    await expect(later.pool.load(model, program)).resolves.toBeUndefined()
    await pool.close()
  })

  it('does not count deaths between which it answered: someone else killed it', async () => {
    const { run, engine } = playedPool(loadsAtOnce)
    for (let turn = 0; turn < 5; turn++) {
      const answered = run('a')
      await settled()
      const id = idsOf(engine(turn)).at(-1) ?? 0
      engine(turn).send(done(id))
      await answered.result
      engine(turn).exit(null)
      await settled()
    }
    const last = run('a')
    await settled()
    engine(5).send(done(1))
    await expect(last.result).resolves.toMatchObject({ done: { reason: 'stop' } })
  })
})

describe('an engine that hangs', () => {
  it('is ended when it is silent; who waited hears it, and the next request works', async () => {
    const { run, engine, pass } = playedPool(loadsAtOnce)
    const { result } = run('a')
    await settled()
    engine(0).send(text(1))
    await pass(30, () => engine(0).send(beat(1e8)))
    expect(engine(0).killed).toBe(false)
    await pass(62, silent)
    expect(engine(0).killed).toBe(true)
    await expect(result).rejects.toMatchObject({ code: 'engine_hung', data: { model: 'a', seconds: 61 } })
    const next = run('a')
    await settled()
    engine(1).send(done(1))
    await expect(next.result).resolves.toMatchObject({ done: { reason: 'stop' } })
  })

  it('fault 14: is ended when it works but takes no step, as after a reset of the GPU; one that rests may', async () => {
    const { run, engine, pass, pool } = playedPool(loadsAtOnce, { engine: { keepAliveMinutes: -1 } })
    await pool.load(testModel('a'), program)
    await pass(400, () => engine(0).send(beat(1e8, 5)))
    expect(engine(0).killed).toBe(false)
    const { result } = run('a')
    await settled()
    engine(0).send(text(1))
    let steps = 5
    await pass(170, () => engine(0).send(beat(1e8, steps++)))
    expect(engine(0).killed).toBe(false)
    await pass(182, () => engine(0).send(beat(1e8, 999)))
    expect(engine(0).killed).toBe(true)
    await expect(result).rejects.toMatchObject({ code: 'engine_hung' })
  })

  it('fault 14: is given time when the computer slept, and is ended only if it does not go on', async () => {
    const { run, engine, pass, sleep } = playedPool(loadsAtOnce)
    const { result } = run('a')
    await settled()
    engine(0).send(text(1))
    await pass(5, () => engine(0).send(beat(1e8, 1)))
    sleep(8 * 3_600_000)
    await pass(1, silent)
    expect(engine(0).killed).toBe(false)
    await pass(62, silent)
    expect(engine(0).killed).toBe(true)
    await expect(result).rejects.toMatchObject({ code: 'engine_hung' })
  })

  it('counts as dead: it is put aside when it hangs again and again', async () => {
    const { run, pass, host } = playedPool(loadsAtOnce)
    const { result } = run('a')
    await settled()
    await pass(130, silent)
    await expect(result).rejects.toMatchObject({ code: 'engine_hung' })
    const next = run('a')
    await settled()
    await pass(65, silent)
    await expect(next.result).rejects.toMatchObject({ code: 'model_quarantined' })
    expect(host.children).toHaveLength(3)
  })
})
