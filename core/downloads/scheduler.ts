import type { Download, DownloadState } from '../../shared/domain/downloads.ts'
import { AppError, toErrorInfo, type ErrorInfo } from '../../shared/domain/errors.ts'
import type { Settings } from '../../shared/domain/settings.ts'
import type { Log } from '../lib/log.ts'
import { afterFailure } from './after-failure.ts'
import { doneBytes, toDownload, type Entry } from './entry.ts'
import { createMeter, type Meter } from './meter.ts'
import { runDownload, type RunDeps } from './run-download.ts'
import { WORTH_BYTES } from './transfer.ts'

/** What a download becomes when it is stopped. */
export interface AfterStop {
  state: DownloadState
  error?: ErrorInfo
  waitingUntil?: number
}

/** Which downloads run, which wait, and when those go on. */
export interface Scheduler {
  /** Starts what may start now. */
  pump(): void
  isRunning(entry: Entry): boolean
  /** Bytes a second, mean of the last seconds; 0 when it does not run. */
  speedOf(entry: Entry): number
  /** Stops one that runs; resolves when what was fetched is safe. */
  stop(entry: Entry, afterStop: AfterStop): Promise<void>
  /** Forgets how often it failed. */
  forgive(entry: Entry): void
  /** What waits goes on, what runs connects anew. */
  wake(): void
  close(): Promise<void>
}

export interface SchedulerDeps {
  runDeps: RunDeps
  /** In the order of the queue; changed by others. */
  entries: readonly Entry[]
  /** Queued, but left alone. */
  resting: ReadonlySet<Entry>
  settings: () => Settings['downloads']
  now: () => number
  clock: () => number
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  effects: { onDone(download: Download): void; onFailed(download: Download): void }
  log: Log
  save(entry: Entry): void
  /** Changes state, saves and tells; `waitingUntil` is none unless it is given. */
  set(entry: Entry, next: AfterStop | { state: DownloadState; error: ErrorInfo | null }): void
  told(): void
}

interface Running {
  entry: Entry
  controller: AbortController
  meter: Meter
  afterStop: AfterStop
  ended: Promise<void>
}

const TICK_MS = 250
const SAVE_EVERY_MS = 5000

export function createScheduler(deps: SchedulerDeps): Scheduler {
  const { runDeps, entries, resting, settings, now, clock, sleep, effects, log, save, set, told } = deps
  const running = new Map<string, Running>()
  const failing = new Map<string, { tries: number; since: number }>()
  let alarm: AbortController | null = null
  let ticker: NodeJS.Timeout | null = null
  let lastSave = clock()
  let closed = false

  function pump(): void {
    if (closed) return
    for (const entry of entries) {
      if (running.size >= settings().parallel) break
      if (entry.state === 'queued' && !running.has(entry.id) && !resting.has(entry)) start(entry)
    }
    alarm?.abort()
    const next = Math.min(
      ...entries.flatMap(({ state, waitingUntil }) => (state === 'waiting' ? [waitingUntil ?? 0] : [])),
    )
    if (next < Infinity) void ring(next)
    if (running.size > 0) ticker ??= setInterval(tick, TICK_MS).unref()
    else stopTicker()
  }

  /** Puts what waits until then back into the queue. */
  async function ring(at: number): Promise<void> {
    const mine = new AbortController()
    alarm = mine
    try {
      await sleep(Math.max(0, at - now()), mine.signal)
    } catch {
      return // another alarm took its place
    }
    for (const entry of entries) {
      if (entry.state === 'waiting' && (entry.waitingUntil ?? 0) <= at) set(entry, { state: 'queued', error: null })
    }
    pump()
  }

  function tick(): void {
    const saving = clock() - lastSave >= SAVE_EVERY_MS
    if (saving) lastSave = clock()
    for (const { entry, meter } of running.values()) {
      meter.sample(doneBytes(entry))
      if (saving) save(entry)
    }
    told()
  }
  function stopTicker(): void {
    if (ticker) clearInterval(ticker)
    ticker = null
  }

  function start(entry: Entry): void {
    const meter = createMeter(clock)
    const controller = new AbortController()
    const run: Running = { entry, controller, meter, afterStop: { state: 'queued' }, ended: Promise.resolve() }
    running.set(entry.id, run)
    const before = doneBytes(entry)
    const changed = (important: boolean) => {
      if (!important) return
      if (entry.state === 'downloading') meter.reset()
      save(entry)
      told()
    }
    run.ended = runDownload(runDeps, entry, changed, controller.signal)
      .then((finished) => {
        Object.assign(entry, { name: finished.model, finishedAt: now() })
        failing.delete(entry.id)
        running.delete(entry.id)
        set(entry, { state: 'done', error: finished.error ?? null })
        effects.onDone(toDownload(entry, 0))
      })
      .catch((error: unknown) => {
        running.delete(entry.id)
        if (controller.signal.aborted) set(entry, run.afterStop)
        else settleFailure(entry, toErrorInfo(error), doneBytes(entry) - before >= WORTH_BYTES)
      })
      .finally(pump)
  }

  function settleFailure(entry: Entry, error: ErrorInfo, progressed: boolean): void {
    if (error.code === 'internal') log.error({ error }, 'download')
    const known = progressed ? undefined : failing.get(entry.id)
    const failure = { tries: (known?.tries ?? 0) + 1, since: known?.since ?? now() }
    failing.set(entry.id, failure)
    const next = afterFailure(error, failure.tries, now() - failure.since)
    if (next.type === 'wait') {
      const waitingUntil = now() + next.ms
      set(entry, { state: 'waiting', error, waitingUntil })
      if (next.all) holdHub(entry, error, waitingUntil)
      return
    }
    set(entry, { state: next.type === 'pause' ? 'paused' : 'failed', error })
    effects.onFailed(toDownload(entry, 0))
  }

  /** A hub that asks for patience asks it of everything that is fetched from it. */
  function holdHub(cause: Entry, error: ErrorInfo, waitingUntil: number): void {
    const afterStop = { state: 'waiting', error, waitingUntil } as const
    for (const entry of entries) {
      if (entry === cause || entry.plan.source.hub !== cause.plan.source.hub) continue
      const run = running.get(entry.id)
      if (run && entry.state !== 'checking') void halt(run, afterStop)
      else if (entry.state === 'queued' || entry.state === 'waiting') set(entry, afterStop)
    }
  }

  function halt(run: Running, afterStop: AfterStop): Promise<void> {
    run.afterStop = afterStop
    run.controller.abort(new AppError({ code: 'cancelled', message: 'Stopped.' }))
    return run.ended
  }

  return {
    pump,
    isRunning: (entry) => running.has(entry.id),
    speedOf: (entry) => running.get(entry.id)?.meter.perSecond() ?? 0,
    async stop(entry, afterStop) {
      const run = running.get(entry.id)
      if (run) await halt(run, afterStop)
    },
    forgive: (entry) => void failing.delete(entry.id),
    wake() {
      failing.clear()
      for (const entry of entries) {
        const run = running.get(entry.id)
        if (run && entry.state !== 'checking') void halt(run, { state: 'queued' })
        else if (entry.state === 'waiting') set(entry, { state: 'queued', error: null })
      }
      pump()
    },
    async close() {
      closed = true
      alarm?.abort()
      stopTicker()
      // The trial of a model is not waited for: it is done again at the next start.
      const checking = [...running.values()].filter(({ entry }) => entry.state === 'checking')
      for (const run of checking) void halt(run, { state: 'queued' })
      const others = [...running.values()].filter((run) => !checking.includes(run))
      await Promise.all(others.map((run) => halt(run, { state: 'queued' })))
    },
  }
}
