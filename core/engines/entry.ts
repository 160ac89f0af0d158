import type { LoadedModel, MemoryRung } from '../../shared/domain/engines.ts'
import type { ErrorInfo } from '../../shared/domain/errors.ts'
import type { Backend } from '../../shared/domain/hardware.ts'
import type { Model } from '../../shared/domain/models.ts'
import type { Heartbeat, LoadOptions } from '../../shared/process/engine.ts'
import type { LoadPlan } from '../models/fit/load-plan.ts'
import type { EngineProcess, EngineReady } from './engine-process.ts'
import { createStay, type Stay } from './keep-alive.ts'
import { settingsOf } from './load-options.ts'
import { createMeter, type Meter } from './meter.ts'
import { createQueue, type Queue } from './queue.ts'
import { createWatchdog, type Watchdog } from './watchdog.ts'

/** What the pool knows of one model in memory, or on its way into it or out of it. */
export interface Entry {
  readonly model: Model
  /** What it is loaded anew for when it changes. */
  readonly settings: string
  /** Tokens of context that were asked for; memory may have allowed less. */
  readonly wantedContext: number
  /** Whether the caller named that context itself. */
  readonly explicitContext: boolean
  process: EngineProcess | null
  ready: Promise<void>
  state: LoadedModel['state']
  progress: number
  error: ErrorInfo | null
  plan: LoadPlan | null
  options: LoadOptions | null
  loaded: EngineReady | null
  backend: Backend | null
  heartbeat: Heartbeat | null
  rungs: MemoryRung[]
  /** Work that does not wait for a slot: tokenizing, and those who wait for the load. */
  uses: number
  /** Reading ahead or tuning: given up for anything else. */
  background: AbortController | null
  tuning: number | null
  lastUsed: number
  /** Key under which it is put aside when it dies. */
  quarantineKey: string
  readonly queue: Queue
  readonly stay: Stay
  readonly watchdog: Watchdog
  readonly meter: Meter
  readonly progressListeners: Set<(progress: number) => void>
}

export interface EntryDeps {
  clock: () => number
  wantedSlots: number
  maxQueue: number
  defaultKeepAlive: () => number
}

export function newEntry(
  model: Model,
  context: { length: number; explicit: boolean },
  { clock, wantedSlots, maxQueue, defaultKeepAlive }: EntryDeps,
): Entry {
  const slots = (): number => entry.loaded?.slots ?? entry.plan?.slots ?? model.defaults.load.slots ?? wantedSlots
  const entry: Entry = {
    model,
    settings: settingsOf(model),
    wantedContext: context.length,
    explicitContext: context.explicit,
    process: null,
    ready: Promise.resolve(),
    state: 'loading',
    progress: 0,
    error: null,
    plan: null,
    options: null,
    loaded: null,
    backend: null,
    heartbeat: null,
    rungs: [],
    uses: 0,
    background: null,
    tuning: null,
    lastUsed: clock(),
    quarantineKey: '',
    queue: createQueue({ clock, slots, maxWaiting: maxQueue }),
    stay: createStay(clock, defaultKeepAlive),
    watchdog: createWatchdog(clock),
    meter: createMeter(clock),
    progressListeners: new Set(),
  }
  return entry
}

/** Whether anybody waits for it or is answered. Reading ahead and tuning do not count: they give way. */
export function isBusy({ queue, uses }: Entry): boolean {
  return uses > 0 || queue.placed + queue.waiting > 0
}

/** A model that may give way to another. */
export function isIdle(entry: Entry): boolean {
  return entry.state === 'ready' && !isBusy(entry)
}

/** Bytes that a load will still take of those which are free now. */
export function unclaimedBytes({ state, plan, heartbeat }: Entry): number {
  return state === 'loading' && plan ? Math.max(0, plan.ram - (heartbeat?.residentBytes ?? 0)) : 0
}

/** An entry as the window shows it. @param now milliseconds since the epoch */
export function describe(entry: Entry, now: number): LoadedModel {
  const { loaded, options, heartbeat, queue, plan } = entry
  const isReady = entry.state === 'ready' && loaded !== null
  const slots = loaded?.slots ?? plan?.slots ?? 1
  const leftMs = isReady && !isBusy(entry) ? entry.stay.leftMs() : null
  return {
    model: entry.model.name,
    state: entry.state,
    progress: entry.progress,
    contextLength: isReady ? loaded.contextLength : null,
    backend: entry.backend,
    memoryBytes: heartbeat?.residentBytes ?? null,
    active: Math.min(queue.placed, slots),
    queued: queue.waiting + Math.max(0, queue.placed - slots),
    processId: entry.process?.pid ?? null,
    error: entry.error,
    slots: heartbeat?.slots ?? [],
    kvType: isReady ? (options?.kvType ?? null) : null,
    gpuLayers: loaded?.gpuLayers ?? null,
    flashAttention: loaded?.flashAttention ?? null,
    native: loaded?.native ?? false,
    threads: isReady && options ? { decode: options.decodeThreads, batch: options.batchThreads } : null,
    unloadAt: leftMs === null ? null : Math.round(now + leftMs),
    stateMemoryBytes: heartbeat?.stateMemoryBytes ?? 0,
    stateDiskBytes: heartbeat?.stateDiskBytes ?? 0,
    rungs: entry.rungs,
    tuning: entry.tuning,
    decodeTps: entry.meter.decodeTps(),
    prefillTps: entry.meter.prefillTps(),
  }
}
