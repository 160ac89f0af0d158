import type { Door } from '../../shared/domain/actor.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { Priority } from '../../shared/domain/generation.ts'
import type { Model } from '../../shared/domain/models.ts'
import type { EngineEvent } from '../../shared/process/engine.ts'
import { unlessAborted } from '../lib/unless-aborted.ts'
import { engineEnded, EngineLostError, queueFull } from './engine-errors.ts'
import type { EngineCall, EngineProcess } from './engine-process.ts'
import { type Entry, isBusy } from './entry.ts'
import type { Quarantines } from './quarantine.ts'
import type { Residents } from './residents.ts'

/** What a caller hears while its request waits and runs. */
export type RunEvent = { type: 'queued'; position: number } | { type: 'loading'; progress: number } | EngineEvent

/** Who asks, and how. */
export interface WorkOptions {
  priority: Priority
  /** The door through which it came; what comes through the window keeps its model. */
  owner: Door
  /** Who takes turns with others: {@link Actor.ownerId}. */
  ownerId: string
  /** Seconds that the model stays after its last work; 0 unloads at once, negative never. */
  keepAliveSeconds?: number | undefined
  signal: AbortSignal
}

export interface WorkDone<T> {
  done: T
  /** Waiting for a free slot, and for the model to be loaded; milliseconds. */
  queueMs: number
  loadMs: number
}

/** What the engine is asked once the turn has come. */
export type Call<T> = (process: EngineProcess, priority: Priority, hear: (event: EngineEvent) => void) => EngineCall<T>

export interface Work {
  /** Work that takes a slot. Throws `queue_full`, `cancelled`, `engine_…`, or what the load or the engine says. */
  queued<T>(
    model: Model,
    options: WorkOptions & { contextLength?: number | undefined; onEvent?: (event: RunEvent) => void },
    call: Call<T>,
  ): Promise<WorkDone<T>>
  /** Short work that takes none. */
  brief<T>(model: Model, signal: AbortSignal, call: (process: EngineProcess) => EngineCall<T>): Promise<T>
}

/** Thrown for those who only waited when the engine died: they are not the reason and wait for the next one. */
class NotBegunError extends Error {}

export function createWork(deps: {
  residents: Residents
  quarantines: Quarantines
  clock: () => number
  changed: () => void
}): Work {
  const { residents, quarantines, clock, changed } = deps

  /** An entry that is not on its way out, with reading ahead given up. */
  async function usable(model: Model, contextLength: number | undefined, signal: AbortSignal): Promise<Entry> {
    for (;;) {
      const entry = await unlessAborted(residents.entryFor(model, contextLength), signal)
      if (entry.state === 'unloading') continue
      if (entry.state === 'failed') await entry.ready
      entry.background?.abort()
      return entry
    }
  }

  function leave(entry: Entry): void {
    entry.lastUsed = clock()
    if (!isBusy(entry)) entry.stay.idle()
    changed()
    residents.settle(entry)
  }

  async function attempt<T>(
    model: Model,
    {
      priority,
      owner,
      ownerId,
      keepAliveSeconds,
      signal,
      contextLength,
      onEvent = () => {},
    }: Parameters<Work['queued']>[1],
    call: Call<T>,
  ): Promise<WorkDone<T>> {
    const arrived = clock()
    const entry = await usable(model, contextLength, signal)
    const onPosition = (position: number) => onEvent({ type: 'queued', position })
    const place = entry.queue.enter({ priority, owner: ownerId, onPosition })
    if (!place) throw queueFull(model.name, entry.queue.waiting, entry.queue.retryAfterSeconds())
    entry.stay.asked(owner === 'window' || owner === 'browser' ? 'person' : 'program', keepAliveSeconds)
    entry.stay.busy()
    changed()
    const onLoading = (progress: number) => onEvent({ type: 'loading', progress })
    let readyAt = arrived
    let begun = false
    try {
      if (entry.state === 'loading') {
        onLoading(entry.progress)
        entry.progressListeners.add(onLoading)
        await unlessAborted(entry.ready, signal)
        entry.progressListeners.delete(onLoading)
        readyAt = clock()
      }
      const own = await unlessAborted(
        place.turn.catch((error: unknown) => {
          throw error instanceof EngineLostError ? new NotBegunError() : error
        }),
        signal,
      )
      if (!entry.process) throw new EngineLostError(engineEnded(model.name, null, true))
      const startedAt = clock()
      begun = true
      const { result, settled } = call(entry.process, own, meter(entry, onEvent))
      void settled.then(() => {
        place.leave()
        leave(entry)
      })
      const done = await result
      quarantines.answered(model.name)
      return { done, loadMs: readyAt - arrived, queueMs: Math.max(0, startedAt - readyAt) }
    } catch (error) {
      if (!begun) {
        place.leave()
        leave(entry)
      }
      throw error
    } finally {
      entry.progressListeners.delete(onLoading)
    }
  }

  return {
    async queued(model, options, call) {
      let spoke = false
      const onEvent = (event: RunEvent) => {
        if (isOutput(event)) spoke = true
        options.onEvent?.(event)
      }
      for (let deaths = 0; ;) {
        try {
          return await attempt(model, { ...options, onEvent }, call)
        } catch (error) {
          if (options.signal.aborted) throw error
          if (error instanceof NotBegunError) continue
          // What nobody has seen a word of can be asked again.
          if (!(error instanceof EngineLostError) || spoke || deaths++ > 0) throw error
        }
      }
    },
    async brief(model, signal, call) {
      const entry = await usable(model, undefined, signal)
      entry.uses++
      entry.stay.busy()
      try {
        await unlessAborted(entry.ready, signal)
        if (!entry.process) throw new AppError(engineEnded(model.name, null, true))
        return await call(entry.process).result
      } finally {
        entry.uses--
        leave(entry)
      }
    },
  }
}

/** Passes events on and counts the tokens. */
function meter(entry: Entry, onEvent: (event: RunEvent) => void): (event: EngineEvent) => void {
  let read: number | null = null
  return (event) => {
    if (event.type === 'prefill') {
      entry.meter.prefilled(Math.max(0, event.done - (read ?? event.cached)))
      read = event.done
    } else entry.meter.decoded(event.tokens)
    onEvent(event)
  }
}

function isOutput({ type }: RunEvent): boolean {
  return type === 'text' || type === 'reasoning' || type === 'toolCall'
}
