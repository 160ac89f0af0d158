import type { LoadedModel } from '../../shared/domain/engines.ts'
import type { ErrorInfo } from '../../shared/domain/errors.ts'
import type { Backend } from '../../shared/domain/hardware.ts'
import type { Model } from '../../shared/domain/models.ts'
import { SLOTS } from '../models/fit/load-plan.ts'
import type { EngineProcess } from './engine-process.ts'

/** What the pool knows of one model in memory. */
export interface Entry {
  model: Model
  process: EngineProcess | null
  ready: Promise<void>
  state: LoadedModel['state']
  progress: number
  contextLength: number
  /** The load settings and the template that it was loaded with. */
  settings: string
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
    settings: settingsOf(model),
    backend: null,
    memoryBytes: null,
    error: null,
    requests: [],
    lastUsed: now,
    progressListeners: new Set(),
  }
}

/** What a model must be loaded anew for when it changes. */
export function settingsOf({ path, defaults: { load, template } }: Model): string {
  return JSON.stringify([path, load.contextLength, load.kvType, load.gpuLayers, load.threads, template])
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
