import { setTimeout as delay } from 'node:timers/promises'
import { AppError, type ErrorInfo, toErrorInfo } from '../../shared/domain/errors.ts'
import type { Model } from '../../shared/domain/models.ts'
import type { Log } from '../lib/log.ts'
import { contextLengthFor } from '../models/fit/load-plan.ts'
import type { Notices } from '../system/notices.ts'
import { engineEnded, engineHung, EngineLostError, modelUnloaded } from './engine-errors.ts'
import type { EngineProcess } from './engine-process.ts'
import { type Entry, type EntryDeps, isBusy, newEntry } from './entry.ts'
import { settingsOf } from './load-options.ts'
import type { ModelEvent } from './pool-deps.ts'
import type { Quarantines } from './quarantine.ts'
import { startEngine, type StartDeps } from './start-engine.ts'
import { createSleepDetector } from './watchdog.ts'

/** To write kept conversations to disk before a process ends. */
const KEEP_STATES_MS = 5000
/** For answers that were stopped to reach the end of their step. */
const STOP_MS = 1000
const STOP_STEP_MS = 20

/** The processes of models: which there are, how they come and go. */
export interface Residents {
  list(): Entry[]
  get(name: string): Entry | undefined
  /** The entry of a model, loading it if need be: with its settings, and a context of at least the wanted length. */
  entryFor(model: Model, contextLength: number | undefined): Promise<Entry>
  /** Ends its process; resolves when its memory is free. */
  end(entry: Entry): Promise<void>
  /** Its last work ended, or a keep-alive was given: unloads it if that says so. */
  settle(entry: Entry): void
  /** Once a second: expired models, processes that hang, and those who wait long. */
  tick(): void
  close(): Promise<void>
}

export interface ResidentsDeps
  extends EntryDeps, Omit<StartDeps, 'entries' | 'isWanted' | 'evict' | 'onProcess' | 'onChange'> {
  quarantines: Quarantines
  notices: Notices
  log: Log
  onModelEvent: (event: ModelEvent) => void
  changed: () => void
}

export function createResidents(deps: ResidentsDeps): Residents {
  const { log, quarantines, notices, clock, onModelEvent, changed } = deps
  const entries = new Map<string, Entry>()
  const ending = new Map<Entry, Promise<void>>()
  const slept = createSleepDetector(clock)
  let closed = false

  const isHere = (entry: Entry) => entries.get(entry.model.name) === entry
  const start: StartDeps = {
    ...deps,
    entries: () => [...entries.values()],
    isWanted: (entry) => !closed && isHere(entry) && entry.state === 'loading',
    async evict(entry, goodFor) {
      log.info({ model: entry.model.name, for: goodFor.name }, 'unloading an idle model to make room')
      onModelEvent({ type: 'evicted', model: entry.model.name })
      if (entry.stay.chosen) {
        notices.add('info', {
          code: 'model_evicted',
          message: `${entry.model.name} was unloaded to make room for ${goodFor.name}.`,
          suggestion: 'It is loaded anew when it is needed.',
          data: { evicted: entry.model.name, model: goodFor.name },
        })
      }
      await end(entry)
    },
    onProcess(entry, process) {
      entry.process = process
      void process.exited.then(() => onExit(entry, process))
    },
    onChange: changed,
  }

  function onExit(entry: Entry, process: EngineProcess): void {
    if (entry.process !== process) return
    entry.process = null
    entry.heartbeat = null
    // A load tells itself how it ended.
    if (entry.state === 'ready') {
      if (isHere(entry)) entries.delete(entry.model.name)
      const { deaths } = died(entry, process.lost ?? engineEnded(entry.model.name, null, true))
      if (deaths === 1) restart(entry)
    }
    changed()
  }

  function died(entry: Entry, error: ErrorInfo): { deaths: number } {
    onModelEvent({ type: 'failed', model: entry.model.name, code: error.code })
    const outcome = quarantines.died(entry.model.name, entry.quarantineKey, error)
    log.warn({ model: entry.model.name, error, ...outcome }, 'engine died')
    entry.background?.abort()
    entry.queue.abandon(new EngineLostError(error))
    return outcome
  }

  /** Once, so that the next request does not wait for the load. How it ends is seen in the list. */
  function restart({ model, stay, explicitContext, wantedContext }: Entry): void {
    if (closed) return
    entryFor(model, explicitContext ? wantedContext : undefined)
      .then((entry) => {
        if (stay.chosen) entry.stay.asked('person', undefined)
      })
      .catch((error: unknown) => log.warn({ model: model.name, error: toErrorInfo(error) }, 'not started again'))
  }

  async function load(entry: Entry): Promise<void> {
    const begun = clock()
    try {
      await startEngine(entry, start)
      const { process, loaded } = entry
      if (!process || !loaded) throw new EngineLostError(engineEnded(entry.model.name, null, false))
      entry.state = 'ready'
      entry.progress = 1
      entry.lastUsed = clock()
      if (!isBusy(entry)) entry.stay.idle()
      onModelEvent({ type: 'loaded', model: entry.model.name, seconds: (clock() - begun) / 1000 })
      log.info({ model: entry.model.name, ...loaded, rungs: entry.rungs }, 'model ready')
      settle(entry)
    } catch (error) {
      const info = toErrorInfo(error)
      if (error instanceof EngineLostError) died(entry, info)
      // What was unloaded meanwhile did not fail, and what is put aside was not tried.
      else if (entry.state === 'loading' && info.code !== 'model_quarantined')
        onModelEvent({ type: 'failed', model: entry.model.name, code: info.code })
      if (entry.state === 'loading') entry.state = 'failed'
      entry.error = info
      entry.process = null
      entry.plan = null
      entry.loaded = null
      entry.heartbeat = null
      log.warn({ model: entry.model.name, error: info }, 'load failed')
      throw error
    } finally {
      changed()
    }
  }

  /** Whether it keeps conversations as the setting says now. */
  function keepsAsSet({ model, options, state }: Entry): boolean {
    if (state !== 'ready' || model.facts.kind !== 'chat') return true
    return (options?.stateCache != null) === (deps.stateFolders() !== null)
  }

  async function entryFor(model: Model, contextLength: number | undefined): Promise<Entry> {
    const length = contextLengthFor(model.facts.contextLength, model.defaults.load, contextLength)
    const settings = settingsOf(model)
    for (;;) {
      if (closed) throw new AppError(modelUnloaded(model.name))
      const existing = entries.get(model.name)
      if (!existing || existing.state === 'failed') break
      const leaves = ending.get(existing)
      if (!leaves) {
        const suits = existing.wantedContext >= length && existing.settings === settings && keepsAsSet(existing)
        // Answers that are being written are not cut off for new settings.
        if (suits || isBusy(existing)) return existing
      }
      await (leaves ?? end(existing))
    }
    const entry = newEntry(model, { length, explicit: contextLength !== undefined }, deps)
    entries.set(model.name, entry)
    entry.ready = load(entry)
    // Who waits for it hears why it failed; the window sees it in the list.
    entry.ready.catch(() => {})
    changed()
    return entry
  }

  function end(entry: Entry): Promise<void> {
    const begun = ending.get(entry)
    if (begun) return begun
    const keeps = entry.state === 'ready' && entry.queue.placed === 0 && entry.options?.stateCache != null
    entry.state = 'unloading'
    const gone = leave(entry, keeps).finally(() => {
      ending.delete(entry)
      if (isHere(entry)) entries.delete(entry.model.name)
      changed()
    })
    ending.set(entry, gone)
    changed()
    return gone
  }

  async function leave(entry: Entry, keeps: boolean): Promise<void> {
    const { process } = entry
    entry.background?.abort()
    entry.queue.abandon(new AppError(modelUnloaded(entry.model.name)))
    if (process && keeps) {
      const states = process.ask({ type: 'keepStates' }, 'done', AbortSignal.timeout(KEEP_STATES_MS))
      await states.result.catch((error: unknown) => log.warn({ error: toErrorInfo(error) }, 'states were not kept'))
    }
    process?.kill()
    await process?.exited
  }

  function settle(entry: Entry): void {
    if (entry.state !== 'ready' || isBusy(entry) || entry.background || entry.stay.leftMs() !== 0) return
    log.info({ model: entry.model.name }, 'unloading an idle model')
    void end(entry)
  }

  function watch(entry: Entry, hasSlept: boolean): void {
    if (hasSlept) entry.watchdog.forgive()
    const { process } = entry
    if (!process || (entry.state !== 'loading' && entry.state !== 'ready')) return
    const works = entry.queue.placed > 0
    const afterMs = entry.watchdog.hungFor(entry.state === 'loading' ? 'loading' : works ? 'working' : 'idle')
    if (afterMs === null) return
    log.error({ model: entry.model.name, afterMs }, 'engine hangs')
    process.kill(engineHung(entry.model.name, afterMs))
  }

  /** Those who were answered have just been told to stop: what they read is worth keeping as soon as the engine is free. */
  async function stopped(): Promise<void> {
    const works = () => [...entries.values()].some(({ queue, options }) => options?.stateCache && queue.placed > 0)
    for (let waited = 0; works() && waited < STOP_MS; waited += STOP_STEP_MS) await delay(STOP_STEP_MS)
  }

  return {
    list: () => [...entries.values()],
    get: (name) => entries.get(name),
    entryFor,
    end,
    settle,
    tick() {
      const hasSlept = slept()
      for (const entry of entries.values()) {
        watch(entry, hasSlept)
        entry.queue.tick()
        settle(entry)
      }
    },
    async close() {
      closed = true
      await stopped()
      await Promise.all([...entries.values()].map(end))
    },
  }
}
