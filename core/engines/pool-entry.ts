import type { LoadedModel } from '../../shared/domain/engines.ts'
import type { ErrorInfo } from '../../shared/domain/errors.ts'
import type { Backend } from '../../shared/domain/hardware.ts'
import type { Model } from '../../shared/domain/models.ts'
import type { EngineProcess } from './engine-process.ts'

/** Answers that one engine writes at the same time. */
export const SLOTS = 2

/** What the pool knows of one model in memory. */
export interface Entry {
  model: Model
  process: EngineProcess | null
  ready: Promise<void>
  state: LoadedModel['state']
  progress: number
  contextLength: number
  backend: Backend | null
  memoryBytes: number | null
  error: ErrorInfo | null
  /** Requests in the order in which they came; the first SLOTS of them run. */
  requests: { onPosition: (position: number) => void }[]
  lastUsed: number
  progressListeners: Set<(progress: number) => void>
}

export function newEntry(model: Model, contextLength: number, now: number): Entry {
  return {
    model,
    process: null,
    ready: Promise.resolve(),
    state: 'loading',
    progress: 0,
    contextLength,
    backend: null,
    memoryBytes: null,
    error: null,
    requests: [],
    lastUsed: now,
    progressListeners: new Set(),
  }
}

/** An entry as the window shows it. */
export function describe(entry: Entry): LoadedModel {
  return {
    model: entry.model.name,
    state: entry.state,
    progress: entry.progress,
    contextLength: entry.state === 'ready' ? entry.contextLength : null,
    backend: entry.backend,
    memoryBytes: entry.memoryBytes,
    active: Math.min(entry.requests.length, SLOTS),
    queued: Math.max(0, entry.requests.length - SLOTS),
    processId: entry.process?.pid ?? null,
    error: entry.error,
  }
}
