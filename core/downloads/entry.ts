import { join } from 'node:path'
import type { Download, DownloadFile, DownloadState } from '../../shared/domain/downloads.ts'
import type { ErrorInfo } from '../../shared/domain/errors.ts'
import type { DownloadPlan, PlannedFile } from '../hubs/hub.ts'

/** How far one file of a download is. */
export interface FileProgress {
  state: DownloadFile['state']
  doneBytes: number
  sizeBytes: number | null
  /** As the hub says, else as it was found after the download. */
  sha256: string | null
  /** False for a file that was there already: cancelling leaves it. */
  fetched: boolean
}

/** One download, as the queue keeps it. */
export interface Entry {
  id: string
  ownerId: string
  /** The name that its model has, or will have. */
  name: string
  plan: DownloadPlan
  /** The models' folder, or the one that was chosen for it. */
  root: string
  /** Where its files lie. */
  folder: string
  state: DownloadState
  /** Of `plan.files`, in their order. */
  files: FileProgress[]
  error: ErrorInfo | null
  waitingUntil: number | null
  createdAt: number
  finishedAt: number | null
}

export function newFiles(plan: DownloadPlan): FileProgress[] {
  return plan.files.map(({ sizeBytes, sha256 }) => ({
    state: 'waiting',
    doneBytes: 0,
    sizeBytes,
    sha256,
    fetched: false,
  }))
}

/** Planned files with how far each is. */
export function filesOf(entry: Entry): { planned: PlannedFile; progress: FileProgress; target: string }[] {
  return entry.plan.files.flatMap((planned, index) => {
    const progress = entry.files[index]
    return progress ? [{ planned, progress, target: targetOf(entry.folder, planned) }] : []
  })
}

export function targetOf(folder: string, file: PlannedFile): string {
  return join(folder, ...file.path.split('/'))
}

export function doneBytes(entry: Entry): number {
  return entry.files.reduce((sum, file) => sum + file.doneBytes, 0)
}

/** Null when the size of a file is unknown. */
export function totalBytes(entry: Entry): number | null {
  let sum = 0
  for (const { sizeBytes } of entry.files) {
    if (sizeBytes === null) return null
    sum += sizeBytes
  }
  return sum
}

export function isFinished(entry: Entry): boolean {
  return entry.state === 'done'
}

/** Whether quitting would interrupt it: it runs, or goes on by itself. */
export function isUnderWay(entry: Entry): boolean {
  return entry.state !== 'done' && entry.state !== 'paused' && entry.state !== 'failed'
}

/** @param bytesPerSecond mean of the last seconds */
export function toDownload(entry: Entry, bytesPerSecond: number): Download {
  const total = totalBytes(entry)
  const done = doneBytes(entry)
  const { hub, repo, revision, variant } = entry.plan.source
  return {
    id: entry.id,
    name: entry.name,
    title: entry.plan.title,
    hub,
    repo,
    revision,
    variant,
    state: entry.state,
    totalBytes: total,
    doneBytes: done,
    bytesPerSecond,
    secondsLeft: total === null || bytesPerSecond <= 0 ? null : (total - done) / bytesPerSecond,
    files: filesOf(entry).map(({ planned, progress }) => ({
      path: planned.path,
      sizeBytes: progress.sizeBytes,
      doneBytes: progress.doneBytes,
      state: progress.state,
    })),
    folder: entry.folder,
    waitingUntil: entry.waitingUntil,
    error: entry.error,
    createdAt: entry.createdAt,
    finishedAt: entry.finishedAt,
  }
}
