import { beforeEach, describe, expect, it } from 'vitest'
import type { LoadedModel } from '../../shared/domain/engines.ts'
import { loadedFixture } from '../../shared/domain/loaded-model.testing.ts'
import type { FinishedAnswer } from '../generation/generate.ts'
import type { Log } from '../lib/log.ts'
import type { NotedRun } from './fit/fit.ts'
import { modelFixture } from './model.testing.ts'
import { noteRun } from './note-run.ts'

let time: number
let loaded: LoadedModel[]
let used: string[]
let speeds: NotedRun[]
let told: number[]

beforeEach(() => {
  time = 100_000
  loaded = [loadedFixture()]
  used = []
  speeds = []
  told = []
})

const noting = () =>
  noteRun({
    library: { noteUse: (name) => void used.push(name) },
    fit: { noteRun: async (_, run) => void speeds.push(run), measured: () => null },
    pool: { loadedModels: () => loaded },
    log: { warn() {} } as unknown as Log, // it does nothing else with it
    onSpeed: (_, decodeTps) => told.push(decodeTps),
    clock: () => time,
  })

/** It took ten seconds. */
const answer: FinishedAnswer = {
  model: modelFixture(),
  usage: { prompt: 100, cached: 0, completion: 90, reasoning: 0 },
  timings: { queueMs: 0, loadMs: 0, ttftMs: 1000, prefillTps: 100, decodeTps: 10 },
  contextTokens: 190,
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('the speed of an answer', () => {
  it('is noted with how the model was loaded', async () => {
    loaded = [loadedFixture({ kvType: 'q8_0', threads: { decode: 3, batch: 4 } })]
    noting()(answer)
    await settled()
    expect(speeds).toMatchObject([{ decodeTps: 10, contextTokens: 145, kvType: 'q8_0', threads: 3, backend: 'cpu' }])
    expect(told).toEqual([10])
    expect(used).toEqual(['model'])
  })

  it('is not noted while another is written, or a model is measured', async () => {
    const note = noting()
    loaded = [loadedFixture({ active: 1 })]
    note(answer)
    loaded = [loadedFixture(), loadedFixture({ model: 'other', tuning: 0.5 })]
    time += 60_000
    note(answer)
    await settled()
    expect(speeds).toEqual([])
    expect(used).toEqual(['model', 'model'])
  })

  it('is not noted of the last of several that were written together', async () => {
    const note = noting()
    loaded = [loadedFixture({ active: 1 })]
    note(answer)
    loaded = [loadedFixture()]
    time += 4000
    note(answer)
    expect(told).toEqual([])
    time += 30_000
    note(answer)
    expect(told).toEqual([10])
  })
})
