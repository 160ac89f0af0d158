import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Download } from '../../shared/domain/downloads.ts'
import { Journal, journalPath, partPath } from '../downloads/journal.ts'
import { lockTarget } from '../downloads/target-lock.ts'
import { parseJson, readSmall, statOrNull, walkFiles } from './files.ts'

const MAX_JOURNAL_BYTES = 10_000_000

/** A file that was not fetched to its end. */
export interface PartialFile {
  /** Where the whole file would lie. */
  target: string
  name: string
  bytes: number
  changedAt: number
  /** A download of the queue will go on with it. */
  queued: boolean
}

/** Paths that downloads which are not finished write to. */
export function openTargets(downloads: readonly Download[]): Map<string, Download> {
  const open = downloads.filter(({ state }) => state !== 'done')
  return new Map(open.flatMap((download) => download.files.map((file) => [join(download.folder, file.path), download])))
}

/** Parts with a journal of ours beside them: in the models' folder, and where the queue says. */
export async function listPartials(modelsFolder: string, downloads: readonly Download[]): Promise<PartialFile[]> {
  const open = openTargets(downloads)
  const targets = new Set(open.keys())
  const suffix = journalPath('')
  for await (const path of walkFiles(modelsFolder, { depth: 12, entries: 200_000 })) {
    if (path.endsWith(suffix)) targets.add(path.slice(0, -suffix.length))
  }
  const partials: PartialFile[] = []
  for (const target of targets) {
    const stats = await statOrNull(partPath(target))
    const journal = Journal.safeParse(parseJson(await readSmall(journalPath(target), MAX_JOURNAL_BYTES)))
    // Without one it is some other program's.
    if (!journal.success || !stats?.isFile()) continue
    const { repo, path } = journal.data.source
    partials.push({
      target,
      name: open.get(target)?.name ?? `${repo}/${path}`,
      // A part is as long as the whole from the start; what is not fetched takes no room where files may have holes.
      bytes: Math.min(stats.size, stats.allocatedBytes),
      changedAt: stats.mtimeMs,
      queued: open.has(target),
    })
  }
  return partials
}

/** Deletes a part and its journal. Throws `file_in_use` while another process fetches it. */
export async function removePartial(target: string): Promise<void> {
  const lock = lockTarget(target)
  try {
    await rm(journalPath(target), { force: true })
    await rm(partPath(target), { force: true })
  } finally {
    lock.release()
  }
}
