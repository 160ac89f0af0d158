import { expect, it } from 'vitest'
import type { EnginesState, LoadedModel } from '../../../shared/domain/engines.ts'
import { memoryBlocks } from './memory-blocks.ts'

function loaded(model: string, memoryBytes: number | null): LoadedModel {
  return {
    model,
    state: 'ready',
    progress: 1,
    contextLength: 8192,
    backend: 'cpu',
    memoryBytes,
    active: 0,
    queued: 0,
    processId: 1,
    error: null,
    slots: [],
    kvType: 'f16',
    gpuLayers: null,
    flashAttention: false,
    native: false,
    threads: null,
    unloadAt: null,
    stateMemoryBytes: 0,
    stateDiskBytes: 0,
    rungs: [],
    tuning: null,
    decodeTps: 0,
    prefillTps: 0,
  }
}

it('blocks are to scale, largest first; what is not measured yet has none', () => {
  const engines: EnginesState = {
    models: [loaded('small', 1e9), loaded('loading', null), loaded('large', 4e9)],
    totalMemoryBytes: 16e9,
    usedByModelsBytes: 5e9,
    quarantined: [],
  }
  expect(memoryBlocks(engines)).toEqual([
    { model: 'large', bytes: 4e9, share: 0.25 },
    { model: 'small', bytes: 1e9, share: 0.0625 },
  ])
})
