import type { Download, DownloadsState } from '../../../shared/domain/downloads.ts'

/** Whether a download has come to its end, good or bad. */
export function isFinished(download: Download): boolean {
  return download.state === 'done' || download.state === 'failed'
}

/** Whether a person may stop it where it is, to go on later. */
export function canPause(download: Download): boolean {
  switch (download.state) {
    case 'queued':
    case 'resolving':
    case 'downloading':
    case 'waiting':
      return true
    case 'paused':
    case 'verifying':
    case 'checking':
    case 'done':
    case 'failed':
      return false
  }
}

/** Share that is on disk, 0 to 1; null when its size is unknown. */
export function progressOf(download: Download): number | null {
  if (download.state === 'done') return 1
  const { totalBytes, doneBytes } = download
  if (totalBytes === null || totalBytes <= 0) return null
  return Math.min(1, doneBytes / totalBytes)
}

/** Whole seconds until `until` (epoch milliseconds), never below 0. */
export function countdown(until: number, now: number): number {
  return Math.max(0, Math.ceil((until - now) / 1000))
}

/** Places of the queue that a download may move to: one up, one down, the first; null where it is there already. */
export function movesOf(
  downloads: readonly Download[],
  id: string,
): { first: number | null; up: number | null; down: number | null } {
  const queue = downloads.filter((download) => !isFinished(download))
  const place = queue.findIndex((download) => download.id === id)
  if (place === -1) return { first: null, up: null, down: null }
  return {
    first: place > 0 ? 0 : null,
    up: place > 0 ? place - 1 : null,
    down: place < queue.length - 1 ? place + 1 : null,
  }
}

/** Downloads that came to their end between two looks; those that were finished at the first look are no news. */
export function newlyFinished(before: DownloadsState | null, now: DownloadsState): Download[] {
  if (before === null) return []
  return now.downloads.filter((download) => {
    if (!isFinished(download)) return false
    const earlier = before.downloads.find((each) => each.id === download.id)
    return earlier === undefined ? false : !isFinished(earlier)
  })
}
