import { basename } from 'node:path'
import { AppError } from '../../shared/domain/errors.ts'

/** Nothing lies at the path any more, or nothing that can be read. */
export function missingFile(path: string): AppError {
  return new AppError({
    code: 'model_file_missing',
    message: `The model file ${basename(path)} is not there any more.`,
    suggestion: 'Put it back, or connect the drive that it is on. Otherwise remove the model from the list.',
    data: { path },
  })
}

/** The file is there, but this user or this program may not read it. */
export function unreadableFile(path: string, reason: string): AppError {
  return new AppError({
    code: 'model_file_invalid',
    message: `The model file ${basename(path)} can't be read: ${reason}.`,
    suggestion: 'Check that it is a file and that you may read it.',
    data: { path },
  })
}

/** No GGUF, or one whose header makes no sense. `reason` completes the sentence. */
export function invalidFile(path: string, reason: string): AppError {
  return new AppError({
    code: 'model_file_invalid',
    message: `${basename(path)} is no usable GGUF model: ${reason}.`,
    suggestion: 'Choose a file that ends in .gguf, or download the model again.',
    data: { path },
  })
}

/** The file is shorter than its header says. Sizes in bytes. */
export function truncatedFile(path: string, actualBytes: number, expectedBytes: number): AppError {
  return new AppError({
    code: 'model_file_truncated',
    message: `${basename(path)} is cut off: a part of the model is missing.`,
    suggestion: 'Download or copy the file again.',
    data: { path, actualBytes, expectedBytes },
  })
}
