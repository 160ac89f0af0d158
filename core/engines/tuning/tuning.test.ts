import { DatabaseSync } from '@photostructure/sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import type { LoadedModel } from '../../../shared/domain/engines.ts'
import type { Model, Tuning } from '../../../shared/domain/models.ts'
import type { NotedRun } from '../../models/fit/fit.ts'
import { modelFixture } from '../../models/model.testing.ts'
import { migrate } from '../../storage/migrate.ts'
import { migrations } from '../../storage/migrations/index.ts'
import type { Database } from '../../storage/sqlite.ts'
import { loadedFixture } from '../../../shared/domain/loaded-model.testing.ts'
import { expectedSpeed } from './expected-speed.ts'
import { createTuning, type TuningDeps } from './tuning.ts'
import { createTuningStore } from './tuning-store.ts'

const found = {
  tuning: { decodeThreads: 3, batchThreads: 4, decodeBatchMax: 8, flashAttention: false, batchSize: 512 },
  measured: [
    { what: 'decode' as const, setting: '2', tokensPerSecond: 10 },
    { what: 'decode' as const, setting: '3', tokensPerSecond: 20 },
    { what: 'prefill' as const, setting: '4', tokensPerSecond: 300 },
    { what: 'flashAttention' as const, setting: 'on@0', tokensPerSecond: 20 },
    { what: 'flashAttention' as const, setting: 'on@2048', tokensPerSecond: 8 },
    { what: 'flashAttention' as const, setting: 'off@0', tokensPerSecond: 20 },
    { what: 'flashAttention' as const, setting: 'off@2048', tokensPerSecond: 10 },
  ],
}
const going = new AbortController().signal

let models: Model[]
let loaded: LoadedModel[]
let done: string[]
let noted: NotedRun[]
let processor: string
let database: Database
let time: number

beforeEach(() => {
  models = [modelFixture({ name: 'model', sizeBytes: 7, lastUsedAt: 5 })]
  loaded = [loadedFixture()]
  done = []
  noted = []
  processor = 'A'
  time = 99
  database = new DatabaseSync(':memory:')
  migrate(database, migrations)
})

function tuning(more: Partial<TuningDeps> = {}) {
  const find = (name: string) => models.find((model) => model.name === name)
  return createTuning({
    library: {
      list: () => models,
      find,
      setTuning(name, value) {
        models = models.map((model) => (model.name === name ? { ...model, tuning: value } : model))
      },
    },
    pool: {
      loadedModels: () => loaded,
      async tune({ name }) {
        done.push(`tune ${name}`)
        return found
      },
      async unload(name) {
        done.push(`unload ${name}`)
      },
      async load({ name, tuning: known }, { by }) {
        done.push(`load ${name} ${by} ${known?.decodeThreads}`)
      },
    },
    hardware: {
      cpu: async () => ({ model: processor, physicalCores: 4, logicalCores: 8, architecture: 'x64', features: [] }),
      choice: async () => ({ chosen: 'cpu', gpu: null, rejected: [], fallbackFrom: null }),
    },
    store: createTuningStore(database),
    noteRun: async (_, run) => void noted.push(run),
    engine: () => 'engine 1',
    driver: async () => '',
    now: () => time,
    ...more,
  })
}

describe('tuning', () => {
  it('waits for the first answer of a model, and leaves models that make vectors alone', async () => {
    models = [modelFixture({ name: 'model', lastUsedAt: null })]
    expect(await tuning().next(loaded)).toBeNull()
    models = [modelFixture({ name: 'model', lastUsedAt: 5, facts: { kind: 'embedding' } })]
    expect(await tuning().next(loaded)).toBeNull()
    models = [modelFixture({ name: 'model', lastUsedAt: 5 })]
    expect(await tuning().next(loaded)).toBe('model')
    expect(await tuning().next([])).toBeNull()
  })

  it('is kept for the weights: the model and its sisters have it, and none is measured again', async () => {
    models.push(
      modelFixture({ name: 'made', origin: 'made', sizeBytes: 7 }),
      modelFixture({ name: 'other', sizeBytes: 8 }),
    )
    const service = tuning()
    await service.run('model', going)
    expect(models.map((model) => model.tuning?.decodeThreads ?? null)).toEqual([3, 3, null])
    expect(models[0]?.tuning).toEqual({ measuredAt: 99, ...found.tuning, measured: found.measured })
    expect(await service.next(loaded)).toBeNull()
    // Another start of the program.
    models = [modelFixture({ name: 'model', sizeBytes: 7, lastUsedAt: 5 })]
    await tuning().settle()
    expect(models[0]?.tuning?.decodeThreads).toBe(3)
  })

  it('of another processor or engine is not this one’s', async () => {
    await tuning().run('model', going)
    processor = 'B'
    const elsewhere = tuning()
    await elsewhere.settle()
    expect(models[0]?.tuning).toBeNull()
    expect(await elsewhere.next(loaded)).toBe('model')
    processor = 'A'
    expect(await tuning({ engine: () => 'engine 2' }).next(loaded)).toBe('model')
    expect(await tuning().next(loaded)).toBeNull()
    expect(models[0]?.tuning?.decodeThreads).toBe(3)
  })

  it('loads the model anew when that makes it faster, as long as it stays', async () => {
    await tuning().run('model', going)
    expect(done).toEqual(['tune model', 'unload model', 'load model person 3'])
    done = []
    loaded = [loadedFixture({ unloadAt: 1000, flashAttention: false, threads: { decode: 3, batch: 2 } })]
    await tuning().run('model', going)
    expect(done).toEqual(['tune model'])
  })

  it('is the beginning of what is known of the speed of other models', async () => {
    await tuning().run('model', going)
    const common = { backend: 'cpu', kvType: 'f16', prefillTps: 300, threads: 3 }
    expect(noted).toMatchObject([
      { ...common, contextTokens: 0, decodeTps: 20 },
      { ...common, contextTokens: 2048, decodeTps: 10 },
    ])
    expect(noted.every(({ completionTokens }) => completionTokens >= 32)).toBe(true)
  })

  it('changes nothing when it is given up', async () => {
    const stop = new AbortController()
    const pool = {
      loadedModels: () => loaded,
      tune: async () => {
        stop.abort(new Error('enough'))
        return found
      },
      load: () => Promise.reject(new Error('not asked')),
      unload: () => Promise.reject(new Error('not asked')),
    }
    await expect(tuning({ pool }).run('model', stop.signal)).rejects.toThrow('enough')
    expect(models[0]?.tuning).toBeNull()
  })

  it('is checked again after several answers in a row that are far off, not after one', async () => {
    const service = tuning()
    await service.run('model', going)
    const answer = (decodeTps: number, contextTokens = 10) => {
      const [model] = models
      if (model) service.noteSpeed(model, decodeTps, contextTokens)
    }
    // A machine that is slow right after it was measured is not measured again at once.
    for (let count = 0; count < 9; count++) answer(5)
    time += 4_000_000
    for (let count = 0; count < 4; count++) answer(5)
    answer(19)
    for (let count = 0; count < 4; count++) answer(5)
    expect(await service.next(loaded)).toBeNull()
    answer(5)
    expect(await service.next(loaded)).toBe('model')
    await service.run('model', going)
    expect(await service.next(loaded)).toBeNull()
    time += 4_000_000
    // Deep in a context that is its ordinary speed.
    for (let count = 0; count < 9; count++) answer(5, 6000)
    expect(await service.next(loaded)).toBeNull()
    // So fast it could not be if nothing had disturbed the measurement.
    for (let count = 0; count < 5; count++) answer(60)
    expect(await service.next(loaded)).toBe('model')
  })
})

describe('the speed to expect', () => {
  const known: Tuning = { measuredAt: 0, ...found.tuning, measured: found.measured }

  it('falls with depth as it was measured with the way of attention that was chosen', () => {
    expect(expectedSpeed(known, 0)).toBeCloseTo(20)
    expect(expectedSpeed(known, 2048)).toBeCloseTo(10)
    expect(expectedSpeed({ ...known, flashAttention: true }, 2048)).toBeCloseTo(8)
    expect(expectedSpeed(known, 6144)).toBeCloseTo(5)
  })

  it('is that of the threads where attention was not measured, and unknown where nothing was', () => {
    const threads = known.measured.filter(({ what }) => what === 'decode')
    expect(expectedSpeed({ ...known, measured: threads }, 4000)).toBeCloseTo(20)
    expect(expectedSpeed({ ...known, measured: [] }, 0)).toBeNull()
  })
})
