import { AppError } from '../../shared/domain/errors.ts'

/** A generation that runs for a client. */
export interface Job {
  signal: AbortSignal
  abort(): void
  /** True once the server ended it, not the client. */
  stopped(): boolean
  end(): void
}

/** The generations that run now, so that stopping the server, or removing a key, can end them. */
export interface Jobs {
  /**
   * @param client aborts when the client hangs up; nothing listens to it any more once the job has ended
   */
  begin(client: AbortSignal, ownerId: string, onHungUp?: () => void): Job
  /** Ends those of one owner. */
  stop(ownerId: string, reason: AppError): void
  stopAll(): void
}

export function createJobs(): Jobs {
  /** With their owners. */
  const running = new Map<AbortController, string>()
  return {
    begin(client, ownerId, onHungUp) {
      const controller = new AbortController()
      const abort = () => controller.abort()
      const hungUp = () => {
        abort()
        onHungUp?.()
      }
      if (client.aborted) hungUp()
      // Node keeps the signal of a request for as long as anything that it reaches: a listener would keep it for ever.
      client.addEventListener('abort', hungUp)
      running.set(controller, ownerId)
      return {
        signal: controller.signal,
        abort,
        stopped: () => controller.signal.reason instanceof AppError,
        end() {
          client.removeEventListener('abort', hungUp)
          running.delete(controller)
        },
      }
    },
    stop(ownerId, reason) {
      for (const [controller, owner] of running) if (owner === ownerId) controller.abort(reason)
    },
    stopAll() {
      for (const controller of running.keys()) controller.abort(serverStopping())
    },
  }
}

/** What an answer that the server had to end is told. */
export function serverStopping(): AppError {
  return new AppError({
    code: 'core_lost',
    message: 'The server was stopped before the answer was complete.',
    suggestion: 'Start it again and repeat the request.',
  })
}
