import { AppError, type ErrorInfo } from '../../shared/domain/errors.ts'
import type {
  EngineDone,
  EngineEvent,
  EnginePriority,
  EngineRequest,
  EngineToHost,
  Heartbeat,
  HostToEngine,
  LoadOptions,
} from '../../shared/process/engine.ts'
import type { Host } from '../host/host.ts'
import { engineEnded, EngineLostError, modelUnloaded } from './engine-errors.ts'

type Message<T extends EngineToHost['type']> = Extract<EngineToHost, { type: T }>
export type EngineReady = Message<'ready'>
/** What ends a request, by what was asked. */
type Ending = 'done' | 'vectors' | 'scores' | 'tokens' | 'detokenized' | 'rendered' | 'tuned'
type Asked =
  Extract<HostToEngine, { id: number }> extends infer M ? (M extends { id: number } ? Omit<M, 'id'> : never) : never

export interface EngineProcessEvents {
  /** 0 to 1 while the model is read into memory. */
  onProgress(progress: number): void
  onHeartbeat(heartbeat: Heartbeat): void
}

interface Told {
  onEvent?(event: EngineEvent): void
  onTuning?(progress: number): void
}

/** A request that the engine works on. */
export interface EngineCall<T> {
  /** Rejects with an AppError: `cancelled` at once when the signal aborts, `engine_…`, or what the engine says. */
  result: Promise<T>
  /** When the engine is done with it, whoever still waits. */
  settled: Promise<void>
}

/** One process that holds one model. */
export interface EngineProcess {
  /** Resolves when the model answers. Rejects with why it can't; the process is gone then. */
  ready: Promise<EngineReady>
  readonly pid: number | null
  /** Resolves when the process is gone. */
  exited: Promise<number | null>
  /** Why it ended although nobody wanted it to; null while it lives, and when it was ended on purpose. */
  readonly lost: ErrorInfo | null
  generate(
    asked: { request: EngineRequest; priority: EnginePriority; owner: string },
    onEvent: (event: EngineEvent) => void,
    signal: AbortSignal,
  ): EngineCall<EngineDone>
  /** Anything else that is answered once. */
  ask<T extends Ending>(asked: Asked & object, answer: T, signal: AbortSignal, told?: Told): EngineCall<Message<T>>
  forget(cacheKey: string | null): void
  /** Ends it at once. With a reason it counts as lost, and who was answered is told that. */
  kill(reason?: ErrorInfo): void
}

interface Running extends Told {
  resolve(answer: EngineToHost): void
  reject(error: unknown): void
  settle(): void
}

/** Starts an engine and loads a model into it. */
export function startEngineProcess(
  host: Host,
  options: LoadOptions,
  modelName: string,
  events: EngineProcessEvents,
): EngineProcess {
  const child = host.spawn<HostToEngine, EngineToHost>(
    'engine',
    options.backend === 'cpu' ? { UV_THREADPOOL_SIZE: '1' } : {},
  )
  const running = new Map<number, Running>()
  let nextId = 1
  let isReady = false
  let killed = false
  let lost: ErrorInfo | null = null
  let fatal: ErrorInfo | null = null
  let resolveReady: (ready: EngineReady) => void = () => {}
  let rejectReady: (error: unknown) => void = () => {}
  const ready = new Promise<EngineReady>((resolve, reject) => {
    resolveReady = resolve
    rejectReady = reject
  })
  // Whoever started it also awaits it; a rejection before that is not unhandled.
  ready.catch(() => {})

  const settle = (id: number) => {
    const run = running.get(id)
    running.delete(id)
    run?.settle()
    return run
  }

  child.channel.onMessage((message) => {
    switch (message.type) {
      case 'progress':
        return events.onProgress(message.progress)
      case 'heartbeat':
        return events.onHeartbeat(message.heartbeat)
      case 'ready':
        isReady = true
        return resolveReady(message)
      case 'prefill':
      case 'text':
      case 'reasoning':
      case 'toolCall':
        return running.get(message.id)?.onEvent?.(message)
      case 'tuning':
        return running.get(message.id)?.onTuning?.(message.progress)
      case 'done':
      case 'vectors':
      case 'scores':
      case 'tokens':
      case 'detokenized':
      case 'rendered':
      case 'tuned':
        return settle(message.id)?.resolve(message)
      case 'error':
        if (message.id !== undefined) settle(message.id)?.reject(new AppError(message.error))
        if (message.fatal) {
          fatal = message.error
          if (isReady) lost = message.error
          else rejectReady(new AppError(message.error))
          child.kill()
        }
    }
  })

  void child.exited.then((code) => {
    if (!killed && fatal === null) lost ??= engineEnded(modelName, code, isReady)
    const error = lost !== null ? new EngineLostError(lost) : new AppError(fatal ?? modelUnloaded(modelName))
    rejectReady(error)
    for (const id of running.keys()) settle(id)?.reject(error)
  })

  function start<T>(message: Asked & object, signal: AbortSignal, told: Told): EngineCall<T> {
    const id = nextId++
    let settleRun: () => void = () => {}
    const settled = new Promise<void>((resolve) => {
      settleRun = resolve
    })
    const result = new Promise<T>((resolve, reject) => {
      const cancel = () => {
        child.channel.post({ type: 'cancel', id })
        reject(new AppError({ code: 'cancelled', message: 'Stopped.' }))
      }
      running.set(id, {
        onEvent: (event) => {
          if (!signal.aborted) told.onEvent?.(event)
        },
        onTuning: (progress) => told.onTuning?.(progress),
        // The engine answers each kind of request with its own kind of message.
        resolve: (answer) => resolve(answer as T),
        reject,
        settle() {
          signal.removeEventListener('abort', cancel)
          settleRun()
        },
      })
      // Only the id was left out of the message.
      child.channel.post({ ...message, id } as HostToEngine)
      if (signal.aborted) cancel()
      else signal.addEventListener('abort', cancel)
    })
    return { result, settled }
  }

  child.channel.post({ type: 'load', options })

  return {
    ready,
    get pid() {
      return child.pid
    },
    get lost() {
      return lost
    },
    exited: child.exited,
    kill(reason) {
      if (reason) lost ??= reason
      else killed = true
      child.kill()
    },
    generate: (asked, onEvent, signal) => start({ type: 'generate', ...asked }, signal, { onEvent }),
    ask: (asked, _answer, signal, told = {}) => start(asked, signal, told),
    forget: (cacheKey) => child.channel.post({ type: 'forget', cacheKey }),
  }
}
