import { AppError, type ErrorInfo } from '../../shared/domain/errors.ts'

/** The process of a model is gone or was ended because it hung: another one may still answer. */
export class EngineLostError extends AppError {}

/** The process ended by itself: while it loaded, or while it could answer. */
export function engineEnded(model: string, code: number | null, wasReady: boolean): ErrorInfo {
  return {
    code: wasReady ? 'engine_crashed' : 'model_load_failed',
    message: wasReady
      ? `The process that ran ${model} ended unexpectedly.`
      : `The process that was loading ${model} ended unexpectedly.`,
    suggestion: wasReady
      ? 'What had arrived is kept. Ask again: the model is loaded anew.'
      : 'The file may be damaged or need more memory than is free. Close other programs and try again, or choose another model.',
    data: { model, ...(code === null ? {} : { exitCode: code }) },
  }
}

/** The process lives but does nothing any more; it was ended. */
export function engineHung(model: string, afterMs: number): ErrorInfo {
  const seconds = Math.round(afterMs / 1000)
  return {
    code: 'engine_hung',
    message: `The process that ran ${model} did nothing for ${seconds} seconds and was ended.`,
    suggestion: 'What had arrived is kept. Ask again: the model is loaded anew.',
    data: { model, seconds },
  }
}

/** The process was ended on purpose. */
export function modelUnloaded(model: string): ErrorInfo {
  return {
    code: 'cancelled',
    message: `${model} was unloaded.`,
    suggestion: 'Ask again to load it anew.',
    data: { model },
  }
}

/** @param retryAfterSeconds when a place should be free, from how long requests took here */
export function queueFull(model: string, waiting: number, retryAfterSeconds: number): AppError {
  return new AppError({
    code: 'queue_full',
    message: `${waiting} requests already wait for ${model}.`,
    suggestion: `Try again in about ${retryAfterSeconds} s.`,
    data: { model, waiting, retryAfterSeconds },
  })
}

export function modelQuarantined(model: string, crashes: number, error: ErrorInfo): AppError {
  return new AppError({
    code: 'model_quarantined',
    message: `${model} was put aside because its process died ${crashes} times in a row.`,
    suggestion: 'Check its file, try other settings for it, or release it on the Insights page to try again.',
    data: { model, crashes, detail: error.message },
  })
}

/** Measuring needs the model to itself. */
export function modelIsUsed(model: string): AppError {
  return new AppError({
    code: 'cancelled',
    message: `${model} is being used.`,
    suggestion: 'Measure it when nobody is being answered.',
    data: { model },
  })
}
