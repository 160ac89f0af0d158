import { dirname } from 'node:path'
import type { DownloadPlan, PlannedFile } from '../hubs/hub.ts'
import { unlessAborted } from '../lib/unless-aborted.ts'
import { partPath } from './journal.ts'
import { placeFile } from './place.ts'
import { lockTarget } from './target-lock.ts'
import { transferFile, type TransferDeps, type Transferred, type TransferProgress } from './transfer.ts'

export interface GetFileDeps extends TransferDeps {
  /** Files of this program with that content, the likeliest first. */
  findOwnFiles(sha256: string): string[]
  /** What is being fetched just now, by content. */
  underWay: Map<string, Promise<void>>
}

export interface GotFile extends Transferred {
  /** False when the very file was there already. */
  fetched: boolean
}

interface Wanted {
  plan: DownloadPlan
  file: PlannedFile
  target: string
  signal: AbortSignal
  onProgress: (progress: TransferProgress) => void
}

/**
 * Sees to it that a file is at its target: it may be there, another download may be fetching the same bytes, the
 * library may have them, or they are fetched. Rejects as {@link transferFile}.
 */
export async function getFile(deps: GetFileDeps, wanted: Wanted): Promise<GotFile> {
  const key = contentKey(wanted.plan, wanted.file)
  for (;;) {
    const other = deps.underWay.get(key)
    if (!other) break
    await unlessAborted(other, wanted.signal)
  }
  const getting = get(deps, wanted)
  const over = getting.then(
    () => {},
    () => {},
  )
  deps.underWay.set(key, over)
  try {
    return await getting
  } finally {
    // Someone who hands over what was fetched may hold the place meanwhile.
    if (deps.underWay.get(key) === over) deps.underWay.delete(key)
  }
}

async function get(deps: GetFileDeps, wanted: Wanted): Promise<GotFile> {
  const { file, target } = wanted
  if (file.sha256 !== null) {
    const there = await sameFile(deps, target, file)
    if (there) return { ...there, fetched: false }
    for (const own of deps.findOwnFiles(file.sha256)) {
      const cloned = await cloneOwn(deps, own, wanted)
      if (cloned) return { ...cloned, fetched: true }
    }
  }
  return { ...(await transferFile({ deps, ...wanted })), fetched: true }
}

/** Whether what lies at `path` is the planned file: null when not, or when nobody can tell. */
export async function sameFile(
  { disk, hasher }: Pick<TransferDeps, 'disk' | 'hasher'>,
  path: string,
  { sizeBytes, sha256 }: Pick<PlannedFile, 'sizeBytes' | 'sha256'>,
): Promise<Transferred | null> {
  const size = await disk.size(path).catch(() => null)
  if (size === null || sha256 === null || (sizeBytes !== null && sizeBytes !== size)) return null
  const hash = hasher.open(path)
  try {
    return (await hash.digest(size)) === sha256 ? { sizeBytes: size, sha256 } : null
  } catch {
    // It can't be read: then it is no file to rely on.
    return null
  } finally {
    hash.close()
  }
}

/** Null when that could not be done: then it is fetched. */
async function cloneOwn(deps: GetFileDeps, own: string, wanted: Wanted): Promise<Transferred | null> {
  const { disk } = deps
  const { file, target, onProgress } = wanted
  if (own === target || (await disk.size(own).catch(() => null)) === null) return null
  try {
    await disk.makeFolder(dirname(target))
    const lock = lockTarget(target)
    try {
      onProgress({ state: 'verifying', doneBytes: file.sizeBytes ?? 0, sizeBytes: file.sizeBytes })
      await disk.clone(own, partPath(target))
      const same = await sameFile(deps, partPath(target), file)
      if (same) await placeFile(disk, target, (ms) => deps.sleep(ms))
      // It may be a link: it is taken away and never written into.
      else await disk.remove(partPath(target))
      return same
    } finally {
      lock.release()
    }
  } catch {
    await disk.remove(partPath(target)).catch(() => {})
    return null
  }
}

/** Equal for equal bytes, as far as can be told before they are here. */
export function contentKey({ source }: DownloadPlan, file: PlannedFile): string {
  return file.sha256 ?? JSON.stringify([source.hub, source.repo, source.revision, file.path])
}
