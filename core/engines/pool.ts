import type { EnginesState, LoadedModel, Quarantine } from '../../shared/domain/engines.ts'
import type { Model } from '../../shared/domain/models.ts'
import type { EngineDone, EngineRequest, EngineTuning, TuningMeasurement } from '../../shared/process/engine.ts'
import { createTopic, type Topic } from '../lib/topic.ts'
import { unlessAborted } from '../lib/unless-aborted.ts'
import { modelIsUsed } from './engine-errors.ts'
import { describe, type Entry, isBusy } from './entry.ts'
import { createInsights, type Insights } from './insights.ts'
import { defaultKeepAlive } from './keep-alive.ts'
import { createMachineMemory } from './machine-memory.ts'
import type { PoolDeps } from './pool-deps.ts'
import { createQuarantines } from './quarantine.ts'
import { maxQueueOf } from './queue.ts'
import { createResidents } from './residents.ts'
import { createStateFolders } from './state-folders.ts'
import { createWork, type RunEvent, type WorkDone, type WorkOptions } from './work.ts'

const TICK_MS = 1000
const TOPIC_INTERVAL_MS = 100

export interface RunOptions extends WorkOptions {
  contextLength: number | undefined
  onEvent: (event: RunEvent) => void
}

/** The models in memory, each in a process of its own. What fails rejects with an AppError. */
export interface EnginePool {
  topic: Topic<EnginesState>
  insights: Insights
  loadedModels(): LoadedModel[]
  /** Models that are not loaded any more because they died again and again. */
  quarantined(): Quarantine[]
  /** Loads a model if it is not in memory, and says how long it stays. Resolves when it answers. */
  load(
    model: Model,
    options: { by: 'person' | 'program'; keepAliveSeconds?: number | undefined; contextLength?: number | undefined },
  ): Promise<void>
  /** Runs one request, loading the model first where needed. One that an engine's death cut off before its first token
   *  is asked again once. Rejects with `queue_full`, `model_quarantined`, `out_of_memory`, `engine_…`, `cancelled` … */
  run(model: Model, request: EngineRequest, options: RunOptions): Promise<WorkDone<EngineDone>>
  /** Reads a prompt into a slot of a loaded model that nobody uses, until anybody does. Null when nothing was read:
   *  it never loads a model and never takes another's place. Rejects with `cancelled` when it was given up. */
  readAhead(model: Model, request: EngineRequest, signal: AbortSignal): Promise<EngineDone | null>
  /** One vector for each input, in order. */
  embed(
    model: Model,
    asked: { inputs: (string | number[])[]; truncate: boolean },
    options: WorkOptions,
  ): Promise<WorkDone<{ vectors: number[][]; tokens: number }>>
  /** How well each document answers the query, in their order. */
  rerank(
    model: Model,
    asked: { query: string; documents: string[] },
    options: WorkOptions,
  ): Promise<WorkDone<{ scores: number[]; tokens: number }>>
  tokenize(model: Model, text: string, special: boolean, signal: AbortSignal): Promise<number[]>
  detokenize(model: Model, tokens: number[], signal: AbortSignal): Promise<string>
  /** A conversation as the template makes it. */
  render(model: Model, request: EngineRequest, signal: AbortSignal): Promise<{ text: string; tokens: number }>
  /** Erases kept states of one chat, or all, in engines and on disk. */
  forget(cacheKey: string | null): Promise<void>
  /** Measures a model, loading it where needed. Rejects with `cancelled` as soon as anything else is asked of it. */
  tune(
    model: Model,
    signal: AbortSignal,
    onProgress: (progress: number) => void,
  ): Promise<{ tuning: EngineTuning; measured: TuningMeasurement[] }>
  /** Ends the process of a model; resolves when its memory is free. */
  unload(name: string): Promise<void>
  /** Lets a model that was put aside be loaded again. */
  release(name: string): void
  /** Keeps what is worth it over a restart and ends all processes. */
  close(): Promise<void>
}

export function createPool(deps: PoolDeps): EnginePool {
  const { clock, now, settings, env } = deps
  const memory = deps.memory ?? createMachineMemory()
  const quarantines = createQuarantines(deps.database, now)
  const every = deps.every ?? everyInterval

  const loadedModels = () => residents.list().map((entry) => describe(entry, now()))
  const topic = createTopic<EnginesState>(() => {
    const models = loadedModels()
    return {
      models,
      totalMemoryBytes: memory.total(),
      usedByModelsBytes: models.reduce((sum, { memoryBytes }) => sum + (memoryBytes ?? 0), 0),
      quarantined: quarantines.list(),
    }
  }, TOPIC_INTERVAL_MS)
  const changed = () => {
    topic.changed()
    keepTicking()
  }
  const insights = createInsights(keepTicking)
  const folders = createStateFolders({
    home: deps.home,
    budget: () => settings().stateCacheBytes,
    totalMemory: memory.total,
    used: () => residents.list().flatMap(({ options }) => options?.stateCache?.folder ?? []),
  })
  const residents = createResidents({
    ...deps,
    memory,
    quarantines,
    changed,
    maxQueue: maxQueueOf(env),
    defaultKeepAlive: () => defaultKeepAlive(env, settings()),
    stateFolders: () => (settings().stateCache ? folders : null),
  })
  const work = createWork({ residents, quarantines, clock, changed })

  let stopTicking: (() => void) | null = null
  function keepTicking(): void {
    stopTicking ??= every(TICK_MS, tick)
  }
  function tick(): void {
    residents.tick()
    const models = loadedModels()
    const active = models.reduce((sum, model) => sum + model.active, 0)
    const sum = (of: (model: LoadedModel) => number) => models.reduce((total, model) => total + of(model), 0)
    const flows = models.some(({ decodeTps, prefillTps, tuning }) => decodeTps + prefillTps > 0 || tuning !== null)
    if (active > 0 || flows || insights.watched) {
      insights.sample({
        at: now(),
        decodeTps: sum(({ decodeTps }) => decodeTps),
        prefillTps: sum(({ prefillTps }) => prefillTps),
        memoryBytes: sum(({ memoryBytes }) => memoryBytes ?? 0),
        active,
        queued: sum(({ queued }) => queued),
      })
      topic.changed()
    }
    if (models.some(({ state }) => state !== 'failed') || insights.watched) return
    stopTicking?.()
    stopTicking = null
  }

  /** What is given up as soon as anybody else comes; null when somebody is there already. */
  async function inBackground<T>(
    entry: Entry,
    signal: AbortSignal,
    ask: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | null> {
    if (entry.state !== 'ready' || isBusy(entry) || entry.background) return null
    const own = new AbortController()
    entry.background = own
    try {
      return await ask(AbortSignal.any([signal, own.signal]))
    } finally {
      entry.background = null
      entry.tuning = null
      entry.lastUsed = clock()
      if (!isBusy(entry)) entry.stay.idle()
      changed()
    }
  }

  return {
    topic,
    insights,
    loadedModels,
    quarantined: quarantines.list,
    async load(model, { by, keepAliveSeconds, contextLength }) {
      const entry = await residents.entryFor(model, contextLength)
      entry.stay.asked(by, keepAliveSeconds)
      await entry.ready
      residents.settle(entry)
      changed()
    },
    run: (model, request, options) =>
      work.queued(model, options, (process, priority, hear) =>
        process.generate({ request, priority, owner: options.owner }, hear, options.signal),
      ),
    async readAhead(model, request, signal) {
      const entry = residents.get(model.name)
      const process = entry?.process
      if (!entry || !process || !settings().readAhead) return null
      return inBackground(
        entry,
        signal,
        async (stop) => await process.ask({ type: 'readAhead', request }, 'done', stop).result,
      )
    },
    embed: (model, asked, options) =>
      work.queued(model, options, (process) => process.ask({ type: 'embed', ...asked }, 'vectors', options.signal)),
    rerank: (model, asked, options) =>
      work.queued(model, options, (process) => process.ask({ type: 'rerank', ...asked }, 'scores', options.signal)),
    async tokenize(model, text, special, signal) {
      const asked = { type: 'tokenize', text, special } as const
      return (await work.brief(model, signal, (process) => process.ask(asked, 'tokens', signal))).tokens
    },
    async detokenize(model, tokens, signal) {
      const asked = { type: 'detokenize', tokens } as const
      return (await work.brief(model, signal, (process) => process.ask(asked, 'detokenized', signal))).text
    },
    async render(model, request, signal) {
      const asked = { type: 'render', request } as const
      const { text, tokens } = await work.brief(model, signal, (process) => process.ask(asked, 'rendered', signal))
      return { text, tokens }
    },
    async forget(cacheKey) {
      for (const entry of residents.list()) {
        if (entry.state === 'loading') entry.ready.then(() => entry.process?.forget(cacheKey)).catch(() => {})
        else entry.process?.forget(cacheKey)
      }
      await folders.forget(cacheKey)
    },
    async tune(model, signal, onProgress) {
      const entry = await unlessAborted(residents.entryFor(model, undefined), signal)
      await unlessAborted(entry.ready, signal)
      const { process } = entry
      const tuned =
        process &&
        (await inBackground(entry, signal, async (stop) => {
          entry.tuning = 0
          changed()
          const told = (progress: number) => {
            entry.tuning = progress
            onProgress(progress)
            changed()
          }
          return process.ask({ type: 'tune' }, 'tuned', stop, { onTuning: told }).result
        }))
      if (!tuned) throw modelIsUsed(model.name)
      return { tuning: tuned.tuning, measured: tuned.measured }
    },
    async unload(name) {
      const entry = residents.get(name)
      if (entry) await residents.end(entry)
    },
    release(name) {
      quarantines.release(name)
      topic.changed()
    },
    async close() {
      stopTicking?.()
      await residents.close()
      stopTicking?.()
    },
  }
}

function everyInterval(ms: number, tick: () => void): () => void {
  const timer = setInterval(tick, ms)
  timer.unref()
  return () => clearInterval(timer)
}
