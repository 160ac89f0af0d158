import { dirname } from 'node:path'
import type { Disk } from './disk.ts'
import { filesOf, isFinished, type Entry } from './entry.ts'
import { contentKey } from './get-file.ts'
import { journalPath, partPath } from './journal.ts'

/**
 * Makes downloads that wait for a file of this one wait on, until it is settled what becomes of its parts.
 *
 * @returns lets them go
 */
export function holdPlaces(underWay: Map<string, Promise<void>>, entry: Entry): () => void {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  // A file that another download is fetching is that one's.
  const own = openFiles(entry).filter(
    ({ planned, progress }) => progress.state !== 'waiting' || !underWay.has(contentKey(entry.plan, planned)),
  )
  const keys = own.map(({ planned }) => contentKey(entry.plan, planned))
  for (const key of keys) underWay.set(key, held)
  return () => {
    for (const key of keys) if (underWay.get(key) === held) underWay.delete(key)
    release()
  }
}

/** Gives what a cancelled download fetched of a file to another one that needs the same file. */
export async function handOver(disk: Disk, cancelled: Entry, others: readonly Entry[]): Promise<void> {
  for (const { planned, target } of openFiles(cancelled)) {
    const key = contentKey(cancelled.plan, planned)
    const heir = others
      .filter((other) => !isFinished(other))
      .flatMap((other) => openFiles(other).filter((file) => contentKey(other.plan, file.planned) === key))[0]
    if (!heir || heir.target === target || (await disk.size(partPath(heir.target))) !== null) continue
    try {
      await disk.makeFolder(dirname(heir.target))
      await disk.rename(partPath(target), partPath(heir.target))
      await disk.rename(journalPath(target), journalPath(heir.target))
    } catch {
      // On another drive, or nothing was fetched: then the heir fetches it itself.
    }
  }
}

function openFiles(entry: Entry) {
  return filesOf(entry).filter(({ progress }) => progress.state !== 'done')
}
