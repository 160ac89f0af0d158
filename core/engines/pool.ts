import { freemem, totalmem } from 'node:os'
import { AppError, toErrorInfo } from '../../shared/domain/errors.ts'
import type { EnginesState, LoadedModel } from '../../shared/domain/engines.ts'
import type { Backend, BackendChoice } from '../../shared/domain/hardware.ts'
import type { Model } from '../../shared/domain/models.ts'
import type { EngineRequest } from '../../shared/process/engine.ts'
import type { Hardware } from '../hardware/hardware.ts'
import { planThreads } from '../hardware/plan-threads.ts'
import type { Host } from '../host/host.ts'
import type { Log } from '../lib/log.ts'
import { createTopic, type Topic } from '../lib/topic.ts'
import { unlessAborted } from '../lib/unless-aborted.ts'
import { contextLengthFor, DEFAULT_KV_TYPE, planLoadMemory, SLOTS } from '../models/fit/load-plan.ts'
import { planOf } from '../models/fit/memory.ts'
import type { Notices } from '../system/notices.ts'
import { type EngineDone, type EngineProgress, startEngineProcess } from './engine-process.ts'
import { engineEnded, outOfMemory, queueFull } from './engine-errors.ts'
import { describe, type Entry, newEntry, settingsOf } from './pool-entry.ts'

/** Requests that may wait for one engine. */
const MAX_QUEUE = 512

/** What a caller hears while its request waits and runs. */
export type RunEvent = { type: 'queued'; position: number } | { type: 'loading'; progress: number } | EngineProgress

export interface RunResult {
  done: EngineDone
  /** Waiting for a free slot, and for the model to be loaded; milliseconds. */
  queueMs: number
  loadMs: number
}

/** The models in memory, each in a process of its own. */
export interface EnginePool {
  topic: Topic<EnginesState>
  loadedModels(): LoadedModel[]
  /** Loads a model if it is not in memory. Resolves when it answers; rejects with why it can't. */
  load(model: Model): Promise<void>
  /** Runs one request, loading the model first where needed. Rejects with an AppError. */
  run(
    model: Model,
    request: EngineRequest,
    options: { contextLength: number | undefined; signal: AbortSignal; onEvent: (event: RunEvent) => void },
  ): Promise<RunResult>
  /** Ends the process of a model; resolves when its memory is free. */
  unload(name: string): Promise<void>
  close(): Promise<void>
}

export interface PoolDeps {
  host: Host
  hardware: Pick<Hardware, 'choice' | 'cpu'>
  notices: Notices
  log: Log
  /** Monotonic milliseconds. */
  clock: () => number
  memory?: { free: () => number; total: () => number }
}

export function createPool({
  host,
  hardware,
  notices,
  log,
  clock,
  memory = { free: freemem, total: totalmem },
}: PoolDeps): EnginePool {
  const entries = new Map<string, Entry>()

  const loadedModels = () => [...entries.values()].map(describe)
  const topic = createTopic<EnginesState>(() => {
    const models = loadedModels()
    return {
      models,
      totalMemoryBytes: memory.total(),
      usedByModelsBytes: models.reduce((sum, model) => sum + (model.memoryBytes ?? 0), 0),
    }
  }, 100)

  /** The entry of a model, loading it if need be: with its settings, and a context of at least the wanted length. */
  async function entryFor(model: Model, contextLength: number): Promise<Entry> {
    const existing = entries.get(model.name)
    if (existing && existing.state !== 'failed' && existing.state !== 'unloading') {
      const suits = existing.contextLength >= contextLength && existing.settings === settingsOf(model)
      // Answers that are being written are not cut off for new settings.
      if (suits || existing.requests.length > 0) return existing
    }
    if (existing) await end(existing)
    // Another caller may have begun while the old process ended.
    const begun = entries.get(model.name)
    if (begun && begun.state !== 'failed') return begun
    const entry = newEntry(model, contextLength, clock())
    entries.set(model.name, entry)
    entry.ready = start(entry).catch((error: unknown) => {
      entry.state = 'failed'
      entry.error = toErrorInfo(error)
      entry.process = null
      entry.memoryBytes = null
      log.warn({ model: model.name, error: entry.error }, 'load failed')
      topic.changed()
      throw error
    })
    entry.ready.catch(() => {})
    topic.changed()
    return entry
  }

  async function start(entry: Entry): Promise<void> {
    const choice = await hardware.choice()
    if (choice.fallbackFrom) {
      notices.add('warning', {
        code: 'backend_failed',
        message: `${choice.fallbackFrom} does not work here. Hearth uses ${choice.chosen} instead.`,
        suggestion: 'Settings → This computer says why.',
        data: { wanted: choice.fallbackFrom, used: choice.chosen },
      })
    }
    await makeRoom(entry, choice)
    try {
      await startWith(entry, choice.chosen)
    } catch (error) {
      if (choice.chosen === 'cpu' || entries.get(entry.model.name) !== entry || entry.state === 'unloading') throw error
      notices.add('warning', {
        code: 'backend_failed',
        message: `${entry.model.name} could not be loaded with ${choice.chosen}. The processor does the work instead.`,
        suggestion: 'Settings → This computer lets you choose what computes.',
        data: { wanted: choice.chosen, used: 'cpu', model: entry.model.name },
      })
      log.warn(
        { model: entry.model.name, backend: choice.chosen, error: toErrorInfo(error) },
        'backend failed, trying cpu',
      )
      await startWith(entry, 'cpu')
    }
  }

  async function startWith(entry: Entry, backend: Backend): Promise<void> {
    const { load, template } = entry.model.defaults
    const threads = planThreads(await hardware.cpu(), load.threads)
    // Unloaded while the hardware was asked.
    if (entries.get(entry.model.name) !== entry) throw new AppError({ code: 'cancelled', message: 'Stopped.' })
    const process = startEngineProcess(
      host,
      {
        path: entry.model.path,
        backend,
        contextLength: entry.contextLength,
        slots: SLOTS,
        decodeThreads: threads.decodeThreads,
        batchThreads: threads.batchThreads,
        kvType: load.kvType ?? DEFAULT_KV_TYPE,
        gpuLayers: load.gpuLayers ?? null,
        template,
      },
      entry.model.name,
      {
        onProgress(progress) {
          entry.progress = progress
          for (const listener of entry.progressListeners) listener(progress)
          topic.changed()
        },
        onMemory(residentBytes) {
          entry.memoryBytes = residentBytes
          topic.changed()
        },
      },
    )
    entry.process = process
    void process.exited.then((code) => {
      if (entry.process !== process) return
      entry.process = null
      entry.memoryBytes = null
      // A load that failed stays listed with its reason.
      if (entry.state !== 'loading' && entry.state !== 'failed' && entries.get(entry.model.name) === entry) {
        log.warn({ model: entry.model.name, code }, 'engine ended')
        entries.delete(entry.model.name)
      }
      topic.changed()
    })
    const ready = await process.ready
    entry.state = 'ready'
    entry.progress = 1
    entry.backend = ready.backend
    entry.contextLength = ready.contextLength
    entry.lastUsed = clock()
    log.info({ model: entry.model.name, backend: ready.backend, contextLength: ready.contextLength }, 'model ready')
    topic.changed()
  }

  /** Unloads idle models, the longest unused first, until the new one should fit. Throws `out_of_memory`. */
  async function makeRoom(entry: Entry, choice: BackendChoice): Promise<void> {
    const { load } = entry.model.defaults
    const plan = {
      ...planOf(entry.model),
      contextLength: entry.contextLength,
      kvType: load.kvType ?? DEFAULT_KV_TYPE,
    }
    const { need } = planLoadMemory(plan, choice, load.gpuLayers)
    const needed = choice.gpu?.unifiedMemory === true ? need.total : need.ram
    if (needed > memory.total()) throw outOfMemory(entry.model, needed, memory.total())
    const idle = [...entries.values()]
      .filter((other) => other !== entry && other.state === 'ready' && other.requests.length === 0)
      .toSorted((a, b) => a.lastUsed - b.lastUsed)
    for (const other of idle) {
      if (memory.free() >= needed) return
      log.info({ model: other.model.name, for: entry.model.name }, 'unloading an idle model to make room')
      await end(other)
    }
  }

  async function end(entry: Entry): Promise<void> {
    const { process } = entry
    entry.state = 'unloading'
    topic.changed()
    process?.kill()
    await process?.exited
    if (entries.get(entry.model.name) === entry) entries.delete(entry.model.name)
    topic.changed()
  }

  function tellPositions(entry: Entry): void {
    for (const [index, request] of entry.requests.entries()) request.onPosition(Math.max(0, index - SLOTS + 1))
  }

  return {
    topic,
    loadedModels,
    async load(model) {
      await (
        await entryFor(model, contextLengthFor(model.facts.contextLength, model.defaults.load))
      ).ready
    },
    async run(model, request, { contextLength, signal, onEvent }) {
      const arrived = clock()
      const entry = await unlessAborted(
        entryFor(model, contextLengthFor(model.facts.contextLength, model.defaults.load, contextLength)),
        signal,
      )
      if (entry.requests.length >= MAX_QUEUE + SLOTS) throw queueFull(model, MAX_QUEUE)

      let startedAt: number | null = null
      let lastPosition = 0
      const place = {
        onPosition(position: number) {
          if (position === 0) startedAt ??= clock()
          if (position !== lastPosition && position > 0) onEvent({ type: 'queued', position })
          lastPosition = position
        },
      }
      entry.requests.push(place)
      const leave = () => {
        entry.requests = entry.requests.filter((other) => other !== place)
        entry.lastUsed = clock()
        tellPositions(entry)
        topic.changed()
      }
      const onLoading = (progress: number) => onEvent({ type: 'loading', progress })
      let readyAt = arrived
      try {
        if (entry.state === 'loading') {
          onLoading(entry.progress)
          entry.progressListeners.add(onLoading)
          await unlessAborted(entry.ready, signal)
          readyAt = clock()
        }
        if (!entry.process) throw new AppError(entry.error ?? engineEnded(model.name, null, true))
        tellPositions(entry)
        topic.changed()
        const { result, settled } = entry.process.generate(request, onEvent, signal)
        void settled.then(leave)
        const done = await result
        const loadMs = readyAt - arrived
        return { done, loadMs, queueMs: Math.max(0, (startedAt ?? readyAt) - readyAt) }
      } catch (error) {
        if (entry.state !== 'ready' || !entry.process) leave()
        throw error
      } finally {
        entry.progressListeners.delete(onLoading)
      }
    },
    async unload(name) {
      const entry = entries.get(name)
      if (entry) await end(entry)
    },
    async close() {
      await Promise.all([...entries.values()].map(end))
    },
  }
}
