import type { Disk } from './disk.ts'
import { diskError, diskFull } from './disk-errors.ts'
import { doneBytes, isUnderWay, totalBytes, type Entry } from './entry.ts'

/** What is left to the rest of the computer: a database that can't grow is worse than a download that waits. */
export const MARGIN_BYTES = 64 << 20

/**
 * Whether everything of a download that is still missing has space beside what the downloads before it in the queue,
 * and those that run, will still write on the same drive.
 *
 * @param queue all downloads, in their order
 * @throws AppError `disk_full` (data: path, neededBytes), `folder_unwritable`
 */
export async function assertSpace(disk: Disk, entry: Entry, queue: readonly Entry[]): Promise<void> {
  const missing = (other: Entry) => Math.max(0, (totalBytes(other) ?? 0) - doneBytes(other))
  if (missing(entry) === 0) return
  const spaceOf = (folder: string) =>
    disk.space(folder).catch((error: unknown) => {
      throw diskError(error, `${folder}/`)
    })
  const { freeBytes, drive } = await spaceOf(entry.folder)
  let needed = missing(entry) + MARGIN_BYTES
  for (const other of queue) {
    const before = queue.indexOf(other) < queue.indexOf(entry)
    // One behind it that has not begun claims nothing yet: else two would wait for each other.
    const writes = other.state === 'downloading' || other.state === 'verifying'
    const claims = other !== entry && (writes || (before && isUnderWay(other) && other.state !== 'waiting'))
    if (claims && (await spaceOf(other.folder)).drive === drive) needed += missing(other)
  }
  if (freeBytes < needed) throw diskFull(entry.folder, needed)
}
