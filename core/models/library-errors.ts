import { basename } from 'node:path'
import { AppError, type ErrorInfo } from '../../shared/domain/errors.ts'
import type { Model } from '../../shared/domain/models.ts'

export function modelNotFound(name: string, suggestion?: string): AppError {
  const shown = name.slice(0, 200)
  return new AppError({
    code: 'model_not_found',
    message: `There is no model named “${shown}” on this computer.`,
    suggestion: suggestion ?? 'Choose one of the models in the list, or add a GGUF file.',
    data: { model: shown },
  })
}

export function nameTaken(name: string): AppError {
  return new AppError({
    code: 'model_name_taken',
    message: `There is a model named “${name}” already.`,
    suggestion: 'Choose another name.',
    data: { model: name },
  })
}

/** A model that ships with the program can't be changed in that way. */
export function starterStays(name: string): AppError {
  return new AppError({
    code: 'forbidden',
    message: `${name} came with Hearth and stays in the list under its name.`,
    suggestion: 'Models that you added can be removed and renamed. A starter model can be duplicated.',
    data: { model: name },
  })
}

export function fileGone(model: Pick<Model, 'name'>, path: string): ErrorInfo {
  return {
    code: 'model_file_missing',
    message: `The file of ${model.name} is no longer at ${path}.`,
    suggestion: 'Put the file back, or connect the drive that it is on.',
    data: { model: model.name, path, file: basename(path) },
  }
}

export function fileShorter(model: Pick<Model, 'name'>, path: string): ErrorInfo {
  return {
    code: 'model_file_truncated',
    message: `The file of ${model.name} is shorter than when it was added.`,
    suggestion: 'Get the whole file again and put it in the same place.',
    data: { model: model.name, path, file: basename(path) },
  }
}

export function fileChanged(model: Pick<Model, 'name'>, path: string): ErrorInfo {
  return {
    code: 'model_check_failed',
    message: `${basename(path)} of ${model.name} is not what it was: its bytes have changed.`,
    suggestion: 'Download it again. A file that you changed yourself can be removed here and added anew.',
    data: { model: model.name, path, file: basename(path) },
  }
}
