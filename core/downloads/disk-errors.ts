import { basename, dirname } from 'node:path'
import { AppError } from '../../shared/domain/errors.ts'
import { errorCode } from './disk.ts'

/** What the disk said while a file was written, as the person is told. An AppError stays as it is. */
export function diskError(error: unknown, path: string): AppError {
  if (error instanceof AppError) return error
  const folder = dirname(path)
  switch (errorCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(folder, null, error)
    case 'EFBIG':
      return new AppError({
        code: 'file_too_large',
        message: `The drive of ${folder} can't hold a file as large as ${basename(path)}.`,
        suggestion: 'Choose a folder on another drive.',
        data: { path: folder, file: basename(path) },
        cause: error,
      })
    case 'EBUSY':
    case 'EXDEV':
      return fileInUse(path, error)
    default:
      return new AppError({
        code: 'folder_unwritable',
        message: `Hearth can't write to ${folder}.`,
        suggestion: 'Choose another folder, or give yourself the right to write there.',
        data: { path: folder },
        cause: error,
      })
  }
}

/** @param neededBytes what must be free; null when it is not known */
export function diskFull(folder: string, neededBytes: number | null, cause?: unknown): AppError {
  return new AppError({
    code: 'disk_full',
    message:
      neededBytes === null
        ? `The drive of ${folder} is full.`
        : `The drive of ${folder} has too little space: ${Math.ceil(neededBytes / 1e6)} MB are needed.`,
    suggestion: 'Free some space; the download goes on by itself. What was fetched is kept.',
    data: { path: folder, ...(neededBytes === null ? {} : { neededBytes }) },
    cause,
  })
}

export function fileInUse(path: string, cause?: unknown): AppError {
  return new AppError({
    code: 'file_in_use',
    message: `Another program holds ${basename(path)}.`,
    suggestion: 'Close the program that uses it, then try again. What was downloaded is kept.',
    data: { path, file: basename(path) },
    cause,
  })
}
