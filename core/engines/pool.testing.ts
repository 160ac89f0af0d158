import { DatabaseSync } from '@photostructure/sqlite'
import type { BackendChoice } from '../../shared/domain/hardware.ts'
import type { Model, ModelCheck } from '../../shared/domain/models.ts'
import { Settings } from '../../shared/domain/settings.ts'
import type { EngineRequest, EngineToHost, HostToEngine } from '../../shared/process/engine.ts'
import { type PlayedChild, playedHost } from '../host/host.testing.ts'
import { modelFixture } from '../models/model.testing.ts'
import { quarantine } from '../storage/migrations/0007-quarantine.ts'
import type { Database } from '../storage/sqlite.ts'
import { createNotices } from '../system/notices.ts'
import type { ModelEvent } from './pool-deps.ts'
import { createPool } from './pool.ts'
import type { RunEvent, WorkOptions } from './work.ts'

/** An engine that a test plays. */
export type Engine = PlayedChild<HostToEngine, EngineToHost>

export const quiet = { debug() {}, info() {}, warn() {}, error() {} }

export const testModel = (name: string, overrides: Parameters<typeof modelFixture>[0] = {}) =>
  modelFixture({
    name,
    sizeBytes: 1e8,
    ...overrides,
    facts: { parameters: 135e6, quantization: 'Q4_1', chatTemplate: 'x', ...overrides.facts },
  })

export const testRequest: EngineRequest = {
  input: { kind: 'prompt', prompt: 'Hi' },
  sampling: {},
  stop: [],
  constraint: { kind: 'none' },
  tools: [],
  toolChoice: 'auto',
  parallelToolCalls: true,
  reasoning: { mode: 'auto' },
  echo: false,
  truncate: true,
  seed: 1,
}

/** What an engine says when it has loaded as it was told. */
export function ready(message: Extract<HostToEngine, { type: 'load' }>): EngineToHost {
  const { contextLength, slots, backend, flashAttention, gpuLayers } = message.options
  const abilities = { chat: true, embed: false, rerank: false, infill: false, tools: false, reasoning: false }
  return { type: 'ready', contextLength, slots, backend, abilities, native: false, flashAttention, gpuLayers }
}

/** An engine that loads at once and answers nothing by itself. */
export function loadsAtOnce(engine: Engine): void {
  engine.onReceive = (message) => {
    if (message.type === 'load') engine.send(ready(message))
  }
}

/** The end of an answer of two tokens. */
export function done(id: number): EngineToHost {
  return {
    type: 'done',
    id,
    reason: 'stop',
    usage: { prompt: 3, cached: 0, completion: 2, reasoning: 0 },
    timings: { prefillMs: 10, prefillTokens: 3, decodeMs: 20 },
    renderedTokens: 3,
    droppedMessages: 0,
    cacheSource: 'none',
  }
}

/** A second of an engine's life. */
export function beat(residentBytes: number, steps = 0): EngineToHost {
  return {
    type: 'heartbeat',
    heartbeat: { residentBytes, slots: [], stepMs: null, steps, stateMemoryBytes: 0, stateDiskBytes: 0 },
  }
}

/** The ids of the answers that an engine was asked for. */
export const idsOf = (engine: Engine) =>
  engine.received.flatMap((message) => (message.type === 'generate' ? [message.id] : []))

export function emptyDatabase(): Database {
  const database = new DatabaseSync(':memory:')
  database.exec(quarantine.up)
  return database
}

export interface Played {
  onModelEvent?: (event: ModelEvent) => void
  choice?: Partial<BackendChoice>
  free?: () => number
  total?: number
  env?: NodeJS.ProcessEnv
  engine?: Partial<Settings['engine']>
  wantedSlots?: number
  database?: Database
  home?: string
  check?: (model: Model) => Promise<ModelCheck | null>
  models?: Model[]
  now?: () => number
  /** What an engine says that it holds. */
  sizeOf?: (engine: Engine) => number
}

/** Engines that say nothing. */
export const silent = () => {}

/** A pool on a machine with 16 GB of memory whose clock stands still until `pass` is called. */
export function playedPool(play: (engine: Engine) => void, options: Played = {}) {
  const host = playedHost<HostToEngine, EngineToHost>(play)
  const notices = createNotices()
  let time = 0
  let tick: (() => void) | null = null
  const settings = Settings.parse({ engine: { stateCache: false, ...options.engine } })
  const pool = createPool({
    host,
    notices,
    hardware: {
      choice: async () => ({ chosen: 'cpu', gpu: null, rejected: [], fallbackFrom: null, ...options.choice }),
      cpu: async () => ({ model: 'x', physicalCores: 2, logicalCores: 2, architecture: 'x64', features: [] }),
    },
    log: quiet,
    database: options.database ?? emptyDatabase(),
    home: options.home ?? '/nowhere',
    env: options.env ?? {},
    settings: () => settings.engine,
    wantedSlots: options.wantedSlots ?? 2,
    findModel: (name) => options.models?.find((model) => model.name === name),
    nativeAddon: () => null,
    check: options.check ?? null,
    onModelEvent: options.onModelEvent ?? (() => {}),
    clock: () => time,
    now: options.now ?? (() => 1_700_000_000_000 + time),
    memory: { free: options.free ?? (() => 16e9), total: () => options.total ?? 16e9 },
    every(_ms, newTick) {
      tick = newTick
      return () => {
        tick = null
      }
    },
  })
  let steps = 1000
  const lives = () => {
    steps++
    for (const child of host.children) {
      if (child.killed) continue
      child.send(beat(options.sizeOf?.(child) ?? 1e8, steps))
    }
  }
  /** Lets seconds go by, one tick each; `each` is done in every one of them: unless it says so, all engines live. */
  const pass = async (seconds: number, each: () => void = lives) => {
    for (let second = 0; second < seconds; second++) {
      time += 1000
      each()
      await settled()
      tick?.()
      await settled()
    }
  }
  const run = (model: string | Model, options: Partial<WorkOptions & { contextLength: number }> = {}) => {
    const events: RunEvent[] = []
    const { contextLength, ...rest } = options
    const result = pool.run(typeof model === 'string' ? testModel(model) : model, testRequest, {
      contextLength,
      priority: 'api',
      owner: 'http',
      ownerId: 'local',
      signal: new AbortController().signal,
      ...rest,
      onEvent: (event) => events.push(event),
    })
    // A test looks at the outcome when it wants to.
    result.catch(() => {})
    return { events, result }
  }
  const engine = (index: number) => {
    const child = host.children[index]
    if (!child) throw new Error(`Engine ${index} was not started.`)
    return child
  }
  return { pool, host, notices, run, engine, pass, sleep: (ms: number) => void (time += ms) }
}

/** All that was sent between the played processes has arrived. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}
