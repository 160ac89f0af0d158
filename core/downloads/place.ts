import { dirname } from 'node:path'
import { errorCode, type Disk } from './disk.ts'
import { diskError, fileInUse } from './disk-errors.ts'
import { journalPath, partPath } from './journal.ts'

/** A scanner may hold a file that was just written, for seconds. */
const ATTEMPTS = 6
const FIRST_PAUSE_MS = 200

/**
 * Gives a verified part its final name. It keeps its part when that can't be done.
 *
 * @throws AppError `file_in_use`, `disk_full`, `folder_unwritable`
 */
export async function placeFile(disk: Disk, target: string, sleep: (ms: number) => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await disk.rename(partPath(target), target)
      break
    } catch (error) {
      const code = errorCode(error)
      const held = code === 'EACCES' || code === 'EPERM' || code === 'EBUSY' || code === 'EXDEV'
      if (!held) throw diskError(error, target)
      if (attempt >= ATTEMPTS) throw fileInUse(target, error)
      await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1))
    }
  }
  await disk.syncFolder(dirname(target))
  await disk.remove(journalPath(target))
}
