import { beforeEach, describe, expect, it } from 'vitest'
import type { LoadedModel } from '../../shared/domain/engines.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { createIdleWork, IDLE_MS, type IdleJob, type IdleWorkDeps } from './idle-work.ts'
import { loadedFixture } from '../../shared/domain/loaded-model.testing.ts'

let time: number
let loaded: LoadedModel[]
let ticks: Set<() => void>
let use: number

beforeEach(() => {
  time = 1000
  loaded = [loadedFixture()]
  ticks = new Set()
  use = 0
})

/** A job that runs until the test ends it. */
function job(name: string, ownRequests = 0) {
  const runs: { model: string; signal: AbortSignal; end(): void; fail(error: unknown): void }[] = []
  const made: IdleJob & { runs: typeof runs; wanted: boolean } = {
    name,
    ownRequests,
    runs,
    wanted: true,
    next: async (models) => (made.wanted ? (models[0]?.model ?? null) : null),
    run: (model, signal) =>
      new Promise<void>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new AppError({ code: 'cancelled', message: 'Stopped.' })))
        runs.push({
          model,
          signal,
          end() {
            made.wanted = false
            resolve()
          },
          fail: reject,
        })
      }),
  }
  return made
}

function idleWork(jobs: IdleJob[], more: Partial<IdleWorkDeps> = {}) {
  return createIdleWork({
    jobs,
    loadedModels: () => loaded,
    busy: () => false,
    processorUse: () => use,
    enabled: () => true,
    clock: () => time,
    every(_, tick) {
      ticks.add(tick)
      return () => void ticks.delete(tick)
    },
    log: { info() {}, warn() {} },
    ...more,
  })
}

/** Time passes, and all that follows from it happens. */
async function pass(ms: number) {
  time += ms
  for (const tick of ticks) tick()
  await new Promise((resolve) => setImmediate(resolve))
}

describe('idle work', () => {
  it('begins when nothing happened for a while, and does one job after the other', async () => {
    const [first, second] = [job('first'), job('second')]
    idleWork([first, second])
    await pass(IDLE_MS - 1)
    expect(first.runs).toHaveLength(0)
    await pass(1)
    expect(first.runs).toMatchObject([{ model: 'model' }])
    first.runs[0]?.end()
    await pass(10)
    expect(second.runs).toHaveLength(0)
    await pass(IDLE_MS)
    expect(second.runs).toHaveLength(1)
  })

  it('waits while anybody is answered, a model loads, a download runs, or another program works', async () => {
    const one = job('one')
    let downloads = false
    idleWork([one], { busy: () => downloads })
    const disturbances = [
      () => (loaded = [loadedFixture({ active: 1 })]),
      () => (loaded = [loadedFixture({ state: 'loading' })]),
      () => (downloads = true),
      () => (use = 0.9),
    ]
    for (const disturb of disturbances) {
      disturb()
      await pass(IDLE_MS)
      loaded = [loadedFixture()]
      downloads = false
      use = 0
      await pass(IDLE_MS - 1)
      expect(one.runs).toHaveLength(0)
    }
    await pass(1)
    expect(one.runs).toHaveLength(1)
  })

  it('does nothing while the setting is off', async () => {
    const one = job('one')
    idleWork([one], { enabled: () => false })
    await pass(IDLE_MS * 3)
    expect(one.runs).toHaveLength(0)
  })

  it('gives way to the first other request, and tries again later', async () => {
    const one = job('one', 1)
    const work = idleWork([one])
    await pass(IDLE_MS)
    loaded = [loadedFixture({ active: 1 })]
    await pass(100)
    expect(one.runs[0]?.signal.aborted).toBe(false)
    loaded = [loadedFixture({ active: 2 })]
    await pass(100)
    expect(one.runs[0]?.signal.aborted).toBe(true)
    loaded = [loadedFixture()]
    await pass(IDLE_MS)
    expect(one.runs).toHaveLength(1)
    await pass(60_000)
    expect(one.runs).toHaveLength(2)
    work.touch()
    expect(one.runs[1]?.signal.aborted).toBe(true)
  })

  it('that failed is not tried again', async () => {
    const one = job('one')
    idleWork([one])
    await pass(IDLE_MS)
    one.runs[0]?.fail(new AppError({ code: 'out_of_memory', message: 'No room.' }))
    await pass(0)
    await pass(10 * 3_600_000)
    expect(one.runs).toHaveLength(1)
  })

  it('is done at once when a person asks, also where it was done, and can be cancelled', async () => {
    const [first, second] = [job('first'), job('second')]
    first.wanted = second.wanted = false
    const work = idleWork([first, second])
    const asked = work.tune('model')
    await pass(0)
    first.runs[0]?.end()
    await pass(0)
    expect(second.runs).toHaveLength(1)
    work.cancel('another')
    expect(second.runs[0]?.signal.aborted).toBe(false)
    work.cancel('model')
    await expect(asked).resolves.toBeUndefined()
  })

  it('tells the person who asked why it failed', async () => {
    const one = job('one')
    const asked = idleWork([one]).tune('model')
    await pass(0)
    one.runs[0]?.fail(new AppError({ code: 'out_of_memory', message: 'No room.' }))
    await expect(asked).rejects.toMatchObject({ code: 'out_of_memory' })
  })

  it('ends with the program', async () => {
    const one = job('one')
    const work = idleWork([one])
    await pass(IDLE_MS)
    await work.close()
    expect(one.runs[0]?.signal.aborted).toBe(true)
    expect(ticks.size).toBe(0)
  })
})
