import { AppError, type ErrorInfo } from '../../shared/domain/errors.ts'
import type { EngineRequest, EngineToHost, HostToEngine, LoadOptions } from '../../shared/process/engine.ts'
import type { Host } from '../host/host.ts'
import { engineEnded, modelUnloaded } from './engine-errors.ts'

type Message<T extends EngineToHost['type']> = Extract<EngineToHost, { type: T }>
export type EngineReady = Message<'ready'>
export type EngineDone = Message<'done'>
export type EngineProgress = Message<'prefill'> | Message<'text'>

export interface EngineProcessEvents {
  /** 0 to 1 while the model is read into memory. */
  onProgress(progress: number): void
  onMemory(residentBytes: number): void
}

/** One process that holds one model. */
export interface EngineProcess {
  /** Resolves when the model answers. Rejects with why it can't; the process is gone then. */
  ready: Promise<EngineReady>
  readonly pid: number | null
  /** Resolves when the process is gone. */
  exited: Promise<number | null>
  /**
   * One request. An aborted signal frees the caller at once; `settled` tells when the engine is done with it.
   * Rejects with an AppError: `cancelled`, `engine_crashed`, or what the engine says.
   */
  generate(
    request: EngineRequest,
    onProgress: (event: EngineProgress) => void,
    signal: AbortSignal,
  ): { result: Promise<EngineDone>; settled: Promise<void> }
  kill(): void
}

interface Running {
  onProgress(event: EngineProgress): void
  resolve(done: EngineDone): void
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
        return events.onMemory(message.residentBytes)
      case 'ready':
        isReady = true
        return resolveReady(message)
      case 'prefill':
      case 'text':
        return running.get(message.id)?.onProgress(message)
      case 'done':
        return settle(message.id)?.resolve(message)
      case 'error':
        if (message.id !== undefined) settle(message.id)?.reject(new AppError(message.error))
        if (message.fatal) {
          fatal = message.error
          rejectReady(new AppError(message.error))
          child.kill()
        }
    }
  })

  void child.exited.then((code) => {
    const error = new AppError(fatal ?? (killed ? modelUnloaded(modelName) : engineEnded(modelName, code, isReady)))
    rejectReady(error)
    for (const id of running.keys()) settle(id)?.reject(error)
  })

  child.channel.post({ type: 'load', options })

  return {
    ready,
    get pid() {
      return child.pid
    },
    exited: child.exited,
    kill() {
      killed = true
      child.kill()
    },
    generate(request, onProgress, signal) {
      const id = nextId++
      let settleRun: () => void = () => {}
      const settled = new Promise<void>((resolve) => {
        settleRun = resolve
      })
      const result = new Promise<EngineDone>((resolve, reject) => {
        const cancel = () => {
          child.channel.post({ type: 'cancel', id })
          reject(new AppError({ code: 'cancelled', message: 'Stopped.' }))
        }
        running.set(id, {
          onProgress: (event) => {
            if (!signal.aborted) onProgress(event)
          },
          resolve,
          reject,
          settle() {
            signal.removeEventListener('abort', cancel)
            settleRun()
          },
        })
        child.channel.post({ type: 'generate', id, request })
        if (signal.aborted) cancel()
        else signal.addEventListener('abort', cancel)
      })
      return { result, settled }
    },
  }
}
