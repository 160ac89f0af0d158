import { AppError, type ErrorInfo } from '../../shared/domain/errors.ts'
import type { Model } from '../../shared/domain/models.ts'

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

/** The process was ended on purpose. */
export function modelUnloaded(model: string): ErrorInfo {
  return {
    code: 'cancelled',
    message: `${model} was unloaded.`,
    suggestion: 'Ask again to load it anew.',
    data: { model },
  }
}

export function queueFull(model: Model, waiting: number): AppError {
  return new AppError({
    code: 'queue_full',
    message: `${waiting} requests already wait for ${model.name}.`,
    suggestion: 'Try again in a few seconds.',
    data: { model: model.name, waiting },
  })
}

export function outOfMemory(model: Model, neededBytes: number, totalBytes: number): AppError {
  const gb = (bytes: number) => (bytes / 1e9).toFixed(1)
  return new AppError({
    code: 'out_of_memory',
    message: `${model.name} needs about ${gb(neededBytes)} GB of memory; this computer has ${gb(totalBytes)} GB.`,
    suggestion: 'Choose a smaller model or one with a smaller quantization.',
    data: { model: model.name, neededBytes, totalBytes },
  })
}
