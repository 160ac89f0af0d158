import { basename, dirname, join, resolve, sep } from 'node:path'
import { AppError, type ErrorInfo } from '../../shared/domain/errors.ts'
import type { ModelFile } from '../../shared/domain/models.ts'
import type { DownloadPlan } from '../hubs/hub.ts'
import { filesOf, newFiles, targetOf, type Entry } from './entry.ts'
import { getFile, sameFile, type GetFileDeps } from './get-file.ts'
import { journalPath } from './journal.ts'
import type { TransferProgress } from './transfer.ts'

/** Adds a model whose files are all here and verified to the library, and tries it. */
export type Finish = (
  plan: DownloadPlan,
  files: ModelFile[],
  ownerId: string,
  signal: AbortSignal,
) => Promise<{
  /** Its name in the library. */
  model: string
  /** What the trial found wrong with a model that is in the library all the same. */
  error?: ErrorInfo | null
}>

export interface RunDeps extends GetFileDeps {
  finish: Finish
  /** Rejects with `disk_full` when what is missing does not fit beside what others will still write. */
  assertSpace(entry: Entry): Promise<void>
  /** The plan of the same variant as the hub has it now. */
  planAgain(entry: Entry, signal: AbortSignal): Promise<DownloadPlan>
}

/**
 * Brings one download to its end: every file, then the library. Writes its progress into the entry.
 *
 * @param changed state or a file changed (`true`), or only numbers
 * @throws AppError; the signal's reason
 */
export async function runDownload(
  deps: RunDeps,
  entry: Entry,
  changed: (important: boolean) => void,
  signal: AbortSignal,
): Promise<Awaited<ReturnType<Finish>>> {
  entry.state = 'resolving'
  changed(true)
  if (entry.error?.code === 'download_changed') {
    entry.plan = await deps.planAgain(entry, signal)
    entry.files = newFiles(entry.plan)
    entry.folder = join(entry.root, ...entry.plan.folder.split('/'))
  }
  entry.error = null
  await chooseFolder(deps, entry)
  signal.throwIfAborted()
  await deps.assertSpace(entry)
  for (const { planned, progress, target } of filesOf(entry)) {
    if (progress.state === 'done') continue
    const onProgress = (now: TransferProgress) => {
      // What an earlier session left is known once the hub has answered.
      if (now.state !== 'locating') progress.doneBytes = now.doneBytes
      progress.sizeBytes = now.sizeBytes ?? progress.sizeBytes
      const states = { locating: 'resolving', downloading: 'downloading', verifying: 'verifying' } as const
      const important = entry.state !== states[now.state]
      entry.state = states[now.state]
      progress.state = now.state === 'verifying' ? 'verifying' : 'downloading'
      changed(important)
    }
    try {
      const got = await getFile(deps, { plan: entry.plan, file: planned, target, signal, onProgress })
      Object.assign(progress, {
        state: 'done',
        doneBytes: got.sizeBytes,
        sizeBytes: got.sizeBytes,
        sha256: got.sha256,
        fetched: progress.fetched || got.fetched,
      })
      changed(true)
    } catch (error) {
      const failed = !signal.aborted && error instanceof AppError
      progress.state = failed ? 'failed' : 'waiting'
      if (error instanceof AppError && (error.code === 'hash_mismatch' || error.code === 'download_changed')) {
        progress.doneBytes = 0
      }
      throw error
    }
  }
  signal.throwIfAborted()
  entry.state = 'checking'
  changed(true)
  return deps.finish(entry.plan, modelFiles(entry), entry.ownerId, signal)
}

function modelFiles(entry: Entry): ModelFile[] {
  return filesOf(entry).map(({ planned, progress, target }) => ({
    path: target,
    sizeBytes: progress.doneBytes,
    sha256: progress.sha256,
    role: planned.role,
    owned: true,
  }))
}

/** How many folders beside the planned one are tried when another file has the name. */
const FOLDERS = 50

/** A folder where every planned file is absent, or there already. What is someone else's is never written over. */
async function chooseFolder(deps: RunDeps, entry: Entry): Promise<void> {
  const planned = entry.folder
  const revision = entry.plan.source.revision.slice(0, 8).replaceAll(/[^\w.-]/g, '')
  for (let attempt = 0; attempt < FOLDERS; attempt++) {
    const folder =
      attempt === 0
        ? planned
        : `${planned}@${[revision, attempt > 1 ? attempt : ''].filter(Boolean).join('-') || attempt}`
    assertInside(folder, entry)
    if (await canUse(deps, entry, folder)) return
  }
  throw new AppError({
    code: 'folder_unwritable',
    message: `In ${planned} and beside it lie other files of the same names.`,
    suggestion: 'Choose another folder.',
    data: { path: planned },
  })
}

/** Fixes the entry to the folder when it can be used. */
async function canUse(deps: RunDeps, entry: Entry, folder: string): Promise<boolean> {
  const found: { index: number; sizeBytes: number; sha256: string | null }[] = []
  for (const [index, planned] of entry.plan.files.entries()) {
    const target = targetOf(folder, planned)
    const size = await deps.disk.size(target).catch(() => null)
    const progress = entry.files[index]
    if (size === null || !progress) continue
    // A rename that happened just before a crash is found by its hash; a finished file by its size.
    const finished = progress.state === 'done' && folder === entry.folder && size === progress.sizeBytes
    const same = finished ? { sizeBytes: size, sha256: progress.sha256 } : await sameFile(deps, target, planned)
    if (!same) return false
    found.push({ index, ...same })
  }
  for (const [index, progress] of entry.files.entries()) {
    const there = found.find((file) => file.index === index)
    if (there) {
      // Beside a journal it is what this download fetched itself, whatever a crash let it remember.
      const planned = entry.plan.files[index]
      const ours = planned !== undefined && (await deps.disk.size(journalPath(targetOf(folder, planned)))) !== null
      Object.assign(progress, {
        state: 'done',
        doneBytes: there.sizeBytes,
        sizeBytes: there.sizeBytes,
        sha256: there.sha256,
        fetched: progress.fetched || ours,
      })
    } else if (progress.state !== 'waiting') {
      progress.state = 'waiting'
    }
  }
  entry.folder = folder
  return true
}

/** Plans are checked where they are made; a wrong one must not write anywhere all the same. */
function assertInside(folder: string, { root, plan }: Entry): void {
  const top = resolve(root)
  const inside = (path: string, outer: string) => resolve(path).startsWith(outer.endsWith(sep) ? outer : outer + sep)
  if (inside(folder, top) && plan.files.every((file) => inside(targetOf(folder, file), resolve(folder)))) return
  throw new AppError({
    code: 'name_invalid',
    message: `“${basename(dirname(folder))}” names a place outside of the models' folder.`,
    suggestion: 'Choose another model.',
    data: { name: plan.name.slice(0, 200) },
  })
}
