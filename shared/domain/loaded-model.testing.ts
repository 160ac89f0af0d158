import type { LoadedModel } from './engines.ts'

/** A model in memory that nobody uses, for tests. */
export function loadedFixture(changes: Partial<LoadedModel> = {}): LoadedModel {
  return {
    model: 'model',
    state: 'ready',
    progress: 1,
    contextLength: 8192,
    backend: 'cpu',
    memoryBytes: 100,
    active: 0,
    queued: 0,
    processId: 1,
    error: null,
    slots: [],
    kvType: 'f16',
    gpuLayers: null,
    flashAttention: true,
    native: false,
    threads: { decode: 2, batch: 2 },
    unloadAt: null,
    stateMemoryBytes: 0,
    stateDiskBytes: 0,
    rungs: [],
    tuning: null,
    decodeTps: 0,
    prefillTps: 0,
    ...changes,
  }
}
