import { describe, expect, it } from 'vitest'
import { defaultKeepAlive } from './keep-alive.ts'
import { done, loadsAtOnce, type Played, playedPool, settled, testModel } from './pool.testing.ts'

const program = { by: 'program' } as const
const names = ({ pool }: ReturnType<typeof playedPool>) => pool.loadedModels().map(({ model }) => model)

/** A model that a program asked and that has answered. */
async function answered(keepAliveSeconds?: number, options: Played = {}) {
  const played = playedPool(loadsAtOnce, options)
  const { result } = played.run('a', { keepAliveSeconds })
  await settled()
  played.engine(0).send(done(1))
  await result
  await settled()
  return played
}

describe('how long a model stays', () => {
  it('is what the environment says, then the setting', () => {
    const settings = { keepAliveMinutes: 5 }
    expect(defaultKeepAlive({}, settings)).toBe(300)
    expect(defaultKeepAlive({}, { keepAliveMinutes: -1 })).toBe(-1)
    expect(defaultKeepAlive({ OLLAMA_KEEP_ALIVE: '1h' }, settings)).toBe(3600)
    expect(defaultKeepAlive({ HEARTH_KEEP_ALIVE: '2m', OLLAMA_KEEP_ALIVE: '1h' }, settings)).toBe(120)
    expect(defaultKeepAlive({ HEARTH_KEEP_ALIVE: 'nonsense' }, settings)).toBe(300)
  })

  it('is five minutes from the end of its last work, and it tells until when', async () => {
    const played = await answered()
    expect(played.pool.loadedModels()[0]?.unloadAt).toBe(1_700_000_000_000 + 300_000)
    await played.pass(200)
    const again = played.run('a')
    await settled()
    expect(played.pool.loadedModels()[0]?.unloadAt).toBeNull()
    await played.pass(20)
    played.engine(0).send(done(2))
    await again.result
    await played.pass(299)
    expect(names(played)).toEqual(['a'])
    await played.pass(2)
    expect(names(played)).toEqual([])
    expect(played.engine(0).killed).toBe(true)
  })

  it('is what the request says: at once, for ever, or so many seconds', async () => {
    expect(names(await answered(0))).toEqual([])
    const short = await answered(10)
    await short.pass(11)
    expect(names(short)).toEqual([])
    const forEver = await answered(-1)
    await forEver.pass(700)
    expect(names(forEver)).toEqual(['a'])
    expect(forEver.pool.loadedModels()[0]?.unloadAt).toBeNull()
  })

  it('never ends while anybody is answered, however long that takes', async () => {
    const played = playedPool(loadsAtOnce, { engine: { keepAliveMinutes: 0.1 } })
    const { result } = played.run('a')
    await settled()
    let steps = 0
    await played.pass(60, () =>
      played.engine(0).send({
        type: 'heartbeat',
        heartbeat: { residentBytes: 1, slots: [], stepMs: 1, steps: steps++, stateMemoryBytes: 0, stateDiskBytes: 0 },
      }),
    )
    expect(names(played)).toEqual(['a'])
    await played.pool.close()
    await expect(result).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('has no end for what a person chose in the window, whatever programs ask meanwhile', async () => {
    const played = playedPool(loadsAtOnce)
    await played.pool.load(testModel('a'), { by: 'person' })
    const { result } = played.run('a', { keepAliveSeconds: 0 })
    await settled()
    played.engine(0).send(done(1))
    await result
    await played.pass(700)
    expect(names(played)).toEqual(['a'])
  })

  it('says whose model gave way to another', async () => {
    let free = 16e9
    const { pool, notices } = playedPool(loadsAtOnce, { free: () => free })
    await pool.load(testModel('mine'), { by: 'person' })
    free = 2e8
    const loading = pool.load(testModel('other'), program).catch(() => {})
    await settled()
    const watch = notices.topic.watch()
    expect((await watch.next()).value).toMatchObject([
      { info: { code: 'model_evicted', data: { evicted: 'mine', model: 'other' } } },
    ])
    await watch.return()
    await loading
  })

  it.each([1, -1])('fault 9: does not change when the wall clock is set %i year', async (years) => {
    let offset = 0
    const played = await answered(undefined, { now: () => 1_700_000_000_000 + offset })
    offset = years * 365 * 86_400_000
    await played.pass(290)
    expect(names(played)).toEqual(['a'])
    expect(played.pool.loadedModels()[0]?.unloadAt).toBe(1_700_000_000_000 + offset + 10_000)
    await played.pass(11)
    expect(names(played)).toEqual([])
  })
})
