import type { LoadedModel } from '../../shared/domain/engines.ts'
import { AppError, toErrorInfo } from '../../shared/domain/errors.ts'
import type { Log } from '../lib/log.ts'

/** Something to be found out about a model while nobody needs the machine. */
export interface IdleJob {
  name: string
  /** The model to work on next; null when there is nothing to do. */
  next(loaded: readonly LoadedModel[]): Promise<string | null>
  /** Rejects when the signal aborts, having changed nothing. */
  run(model: string, signal: AbortSignal): Promise<void>
  /** Requests that it makes itself, at the same time. */
  ownRequests: number
}

/** What is done when the machine is idle, one job at a time, and given up for whatever a person or a program wants. */
export interface IdleWork {
  /** Does all of it for a model now, also where it was done before. Resolves when it is done or was cancelled;
   *  rejects with an AppError when it fails. */
  tune(model: string): Promise<void>
  /** Gives up what is done for that model; nothing otherwise. */
  cancel(model: string): void
  /** A request came: whoever makes one calls it, but for the jobs themselves. */
  touch(): void
  /** Ends what runs and does nothing any more. */
  close(): Promise<void>
}

export interface IdleWorkDeps {
  /** In order: the next one has its turn when those before have nothing to do. */
  jobs: readonly IdleJob[]
  loadedModels: () => LoadedModel[]
  /** Whether anything else that needs the machine is under way: downloads, hashing. */
  busy: () => boolean
  /** Part of the processors that anything at all used since the last call, 0 to 1. */
  processorUse: () => number
  /** The setting. */
  enabled: () => boolean
  /** Monotonic milliseconds. */
  clock: () => number
  /** Calls back regularly until it is stopped. */
  every?: (ms: number, tick: () => void) => () => void
  log: Pick<Log, 'info' | 'warn'>
}

const LOOK_MS = 1_000
/** While a job runs, so that it gives way. */
const WATCH_MS = 100
/** Nothing happened for so long. */
export const IDLE_MS = 20_000
/** More than that, and something else works on this machine: what would be measured is not the model. */
const MOST_PROCESSOR_USE = 0.25
/** After it was given up; doubled each time. */
const FIRST_PAUSE_MS = 60_000
const LONGEST_PAUSE_MS = 1_800_000

interface Running {
  model: string
  ownRequests: number
  stop: AbortController
  /** Whether a person asked for it: requests that were there before do not end it. */
  done: Promise<void>
}

export function createIdleWork(deps: IdleWorkDeps): IdleWork {
  const { jobs, loadedModels, clock, log, every = everyUnref } = deps
  let lastBusy = clock()
  let running: Running | null = null
  let looking = false
  let closed = false
  /** By job and model: when it may be tried again. */
  const pauses = new Map<string, { until: number; ms: number }>()

  const requests = () => loadedModels().reduce((sum, { active, queued }) => sum + active + queued, 0)
  const isBusy = () =>
    deps.busy() || requests() > 0 || loadedModels().some(({ state }) => state === 'loading' || state === 'unloading')

  async function runJob(job: IdleJob, model: string): Promise<void> {
    const stop = new AbortController()
    const done = job.run(model, stop.signal)
    const mine: Running = { model, ownRequests: job.ownRequests, stop, done: done.catch(() => {}) }
    running = mine
    const stopWatching = every(WATCH_MS, () => {
      if (requests() > job.ownRequests) stop.abort(cancelled())
    })
    try {
      await done
    } catch (error) {
      if (stop.signal.aborted) throw cancelled()
      throw error
    } finally {
      stopWatching()
      if (running === mine) running = null
      lastBusy = clock()
    }
  }

  async function giveUp(): Promise<void> {
    const current = running
    current?.stop.abort(cancelled())
    await current?.done
  }

  async function nextJob(): Promise<{ job: IdleJob; model: string } | null> {
    for (const job of jobs) {
      const ready = loadedModels().filter(
        ({ state, model }) => state === 'ready' && (pauses.get(keyOf(job, model))?.until ?? 0) <= clock(),
      )
      const model = await job.next(ready)
      if (model !== null) return { job, model }
    }
    return null
  }

  async function look(): Promise<void> {
    const use = deps.processorUse()
    if (isBusy() || use > MOST_PROCESSOR_USE) lastBusy = clock()
    if (!deps.enabled() || clock() - lastBusy < IDLE_MS) return
    const next = await nextJob()
    // Someone may have come while it was looked up.
    if (next === null || closed || running !== null || isBusy()) return
    const { job, model } = next
    const key = keyOf(job, model)
    try {
      await runJob(job, model)
      pauses.delete(key)
      log.info({ job: job.name, model }, 'idle work done')
    } catch (error) {
      const info = toErrorInfo(error)
      const ms = Math.min((pauses.get(key)?.ms ?? FIRST_PAUSE_MS / 2) * 2, LONGEST_PAUSE_MS)
      // What failed will fail again.
      pauses.set(key, { ms, until: info.code === 'cancelled' ? clock() + ms : Number.POSITIVE_INFINITY })
      if (info.code !== 'cancelled') log.warn({ job: job.name, model, error: info }, 'idle work failed')
    }
  }

  const stopLooking = every(LOOK_MS, () => {
    if (looking || running !== null || closed) return
    looking = true
    look()
      .catch((error: unknown) => log.warn({ error: toErrorInfo(error) }, 'idle work'))
      .finally(() => {
        looking = false
      })
  })

  return {
    async tune(model) {
      await giveUp()
      try {
        for (const job of jobs) await runJob(job, model)
      } catch (error) {
        if (toErrorInfo(error).code !== 'cancelled') throw error
      }
    },
    cancel(model) {
      if (running?.model === model) running.stop.abort(cancelled())
    },
    touch() {
      lastBusy = clock()
      running?.stop.abort(cancelled())
    },
    async close() {
      closed = true
      stopLooking()
      await giveUp()
    },
  }
}

const keyOf = (job: IdleJob, model: string) => JSON.stringify([job.name, model])

function cancelled(): AppError {
  return new AppError({ code: 'cancelled', message: 'Stopped.' })
}

function everyUnref(ms: number, tick: () => void): () => void {
  const timer = setInterval(tick, ms)
  timer.unref()
  return () => clearInterval(timer)
}
