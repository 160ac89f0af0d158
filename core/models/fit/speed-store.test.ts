import { DatabaseSync } from '@photostructure/sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import { migrate } from '../../storage/migrate.ts'
import { migrations } from '../../storage/migrations/index.ts'
import { createSpeedStore, type SpeedRun, type SpeedStore } from './speed-store.ts'
import { typicalRuns } from './typical-runs.ts'

const run = (decodeTps: number, measuredAt: number, changes: Partial<SpeedRun> = {}): SpeedRun => ({
  file: '100',
  backend: 'cpu',
  kvType: 'f16',
  quantization: 'Q4_0',
  sizeBytes: 100,
  parameters: 200,
  shape: null,
  contextTokens: 600,
  decodeTps,
  prefillTps: 50,
  measuredAt,
  ...changes,
})

describe('measured speeds', () => {
  let store: SpeedStore

  beforeEach(() => {
    const database = new DatabaseSync(':memory:')
    migrate(database, migrations)
    store = createSpeedStore(database)
  })

  it('come back as they were, newest first', () => {
    store.saveRun('this', run(10, 1))
    store.saveRun('this', run(12, 2, { kvType: 'q8_0', prefillTps: null, quantization: null, threads: 3 }))
    expect(store.runs('this').map(({ decodeTps }) => decodeTps)).toEqual([12, 10])
    expect(store.runs('this')[1]).toEqual(run(10, 1))
    expect(store.runs('this')[0]).toMatchObject({ kvType: 'q8_0', quantization: null, threads: 3 })
    expect(store.latest('100')).toEqual({ decodeTps: 12, prefillTps: null, contextTokens: 600, measuredAt: 2 })
    expect(store.latest('101')).toBeNull()
  })

  it('of another processor are not this one’s', () => {
    store.saveRun('other', run(10, 1))
    expect(store.runs('this')).toEqual([])
  })

  it('of one case are kept five times, those of other contexts beside them', () => {
    for (let time = 1; time <= 9; time++) store.saveRun('this', run(time, time))
    store.saveRun('this', run(3, 10, { contextTokens: 3000 }))
    expect(store.runs('this').map(({ decodeTps }) => decodeTps)).toEqual([3, 9, 8, 7, 6, 5])
  })

  it('are typical as their median', () => {
    const runs = [run(10, 1), run(1, 2), run(11, 3), run(7, 4, { contextTokens: 5000 })]
    expect(typicalRuns(runs).map(({ decodeTps }) => decodeTps)).toEqual([10, 7])
  })

  it('remember the memory of each machine', () => {
    expect(store.bandwidth('this')).toBeNull()
    store.saveBandwidth('this', { bytesPerSecond: 1e10, threads: 2, measuredAt: 1 })
    store.saveBandwidth('this', { bytesPerSecond: 2e10, threads: 2, measuredAt: 2 })
    expect(store.bandwidth('this')).toBe(2e10)
    expect(store.bandwidth('other')).toBeNull()
  })
})
