import { join } from 'node:path'
import type { Disk } from './disk.ts'
import { journalPath, lockPath, partPath, readJournal } from './journal.ts'
import { lockTarget } from './target-lock.ts'

/** `<hub>/<owner>/<repo>` and a few folders inside a repository. */
const DEEPEST = 8
const SUFFIX = journalPath('')

/** Deletes the part of a target, its journal and its lock; nothing else. */
export async function removePart(disk: Disk, target: string): Promise<void> {
  await disk.remove(journalPath(target))
  await disk.remove(partPath(target))
  await disk.remove(lockPath(target))
}

/**
 * Deletes parts that no download knows any more. Only what has a journal of ours beside it is touched, and nothing
 * that another process is writing.
 *
 * @param known targets of downloads that may still go on
 * @returns targets whose parts were deleted
 */
export async function removeOrphans(disk: Disk, root: string, known: ReadonlySet<string>): Promise<string[]> {
  const removed: string[] = []
  async function visit(folder: string, depth: number): Promise<void> {
    for (const entry of await disk.list(folder)) {
      const path = join(folder, entry.name)
      if (entry.folder) {
        if (depth < DEEPEST) await visit(path, depth + 1)
        continue
      }
      if (!entry.name.endsWith(SUFFIX)) continue
      const target = path.slice(0, -SUFFIX.length)
      if (known.has(target) || (await readJournal(disk, target)) === null) continue
      if (await removeUnlessHeld(disk, target)) removed.push(target)
    }
  }
  await visit(root, 1)
  return removed
}

async function removeUnlessHeld(disk: Disk, target: string): Promise<boolean> {
  try {
    const lock = lockTarget(target)
    try {
      await removePart(disk, target)
    } finally {
      lock.release()
    }
    return true
  } catch {
    // Another process fetches it, or the folder can't be written: then it stays.
    return false
  }
}
