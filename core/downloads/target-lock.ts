import { existsSync, rmSync } from 'node:fs'
import { lockFile, type FileLock } from '../lib/file-lock.ts'
import { fileInUse } from './disk-errors.ts'
import { lockPath } from './journal.ts'

/**
 * Makes this process the only one that writes a target. A lock that a crash left behind is free.
 *
 * @throws AppError `file_in_use`; a folder that can't be written is found out by who writes the part
 */
export function lockTarget(target: string): FileLock {
  const path = lockPath(target)
  let lock: FileLock
  try {
    lock = lockFile(path)
  } catch (error) {
    throw fileInUse(target, error)
  }
  // Between opening and locking, the one before may have deleted the file: then this lock is on nothing.
  if (!existsSync(path)) {
    lock.release()
    throw fileInUse(target)
  }
  return {
    release() {
      // While it is still held, so that nobody else's is deleted. Windows deletes no open file: then after.
      try {
        rmSync(path, { force: true })
        lock.release()
      } catch {
        lock.release()
        rmSync(path, { force: true })
      }
    },
  }
}
