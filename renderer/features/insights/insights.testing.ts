import type { EngineSample, GenerationRecord } from '../../../shared/domain/engines.ts'

/** A sample with what matters to a test. */
export function sample(at: number, changes: Partial<EngineSample> = {}): EngineSample {
  return { at, decodeTps: 0, prefillTps: 0, memoryBytes: 0, active: 0, queued: 0, ttftMs: null, ...changes }
}

/** A generation with what matters to a test. */
export function generation(id: string, changes: Partial<GenerationRecord> = {}): GenerationRecord {
  return {
    id,
    at: 0,
    model: 'm',
    door: 'window',
    priority: 'person',
    usage: { prompt: 10, cached: 0, completion: 5, reasoning: 0 },
    timings: { queueMs: 0, loadMs: 0, ttftMs: 100, prefillTps: 500, decodeTps: 40 },
    cacheSource: 'none',
    reason: 'stop',
    error: null,
    ...changes,
  }
}
