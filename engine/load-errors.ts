import { basename } from 'node:path'
import { InsufficientMemoryError } from 'node-llama-cpp'
import { AppError } from '../shared/domain/errors.ts'
import { readGgufHeader } from './gguf/header.ts'

/**
 * Why a model could not be loaded, as an error that says what to do. The file is looked at only now: reading its
 * header first would make every good load slower.
 */
export async function explainLoadFailure(path: string, error: unknown, log: readonly string[]): Promise<AppError> {
  if (error instanceof AppError) return error
  try {
    await readGgufHeader(path)
  } catch (fileError) {
    if (fileError instanceof AppError) return fileError
  }
  const detail = [error instanceof Error ? error.message : String(error), ...log].join('\n')
  if (error instanceof InsufficientMemoryError || isOutOfMemory(detail)) return outOfMemory(error)
  return new AppError({
    code: 'model_load_failed',
    message: 'The model could not be loaded.',
    suggestion: /unknown (model )?architecture|unsupported/i.test(detail)
      ? 'Its architecture is newer than this version of Hearth. Update Hearth, or choose another model.'
      : 'The file may be damaged. Download it again, or choose another model.',
    data: { path, detail: detail.slice(0, 1000) },
    cause: error,
  })
}

/** Why the context of a loaded model could not be allocated. */
export function explainContextFailure(error: unknown, log: readonly string[], contextLength: number): AppError {
  const detail = [error instanceof Error ? error.message : String(error), ...log].join('\n')
  if (error instanceof InsufficientMemoryError || isOutOfMemory(detail) || /failed to create context/i.test(detail)) {
    return outOfMemory(error, contextLength)
  }
  const adapter = /LoRA adapter "([^"]+)"/.exec(detail)?.[1]
  if (adapter !== undefined) {
    return new AppError({
      code: 'model_load_failed',
      message: `The adapter ${basename(adapter)} does not fit this model.`,
      suggestion: 'Choose an adapter that was made for this very model, or remove it from the model’s settings.',
      data: { path: adapter, detail: detail.slice(0, 1000) },
      cause: error,
    })
  }
  return new AppError({
    code: 'model_load_failed',
    message: 'The model was read, but it could not be made ready.',
    suggestion: 'Try again. If it happens again, choose another model.',
    data: { detail: detail.slice(0, 1000) },
    cause: error,
  })
}

function isOutOfMemory(detail: string): boolean {
  return /out of memory|failed to allocate|unable to allocate|cannot allocate|insufficient memory|ErrorOutOfDeviceMemory/i.test(
    detail,
  )
}

function outOfMemory(cause: unknown, contextLength?: number): AppError {
  return new AppError({
    code: 'out_of_memory',
    message:
      contextLength === undefined
        ? 'There is not enough free memory for this model.'
        : `There is not enough free memory for a context of ${contextLength} tokens.`,
    suggestion: 'Close other programs or unload other models, choose a smaller context length, or a smaller model.',
    ...(contextLength === undefined ? {} : { data: { contextLength } }),
    cause,
  })
}
