import type { Download, DownloadsState } from '../../shared/domain/downloads.ts'

/** All downloads with what they add up to. */
export function summarize(downloads: Download[]): DownloadsState {
  const underWay = downloads.filter(({ state }) => state !== 'done' && state !== 'paused' && state !== 'failed')
  const bytesPerSecond = downloads.reduce((sum, download) => sum + download.bytesPerSecond, 0)
  let total: number | null = 0
  let done = 0
  for (const download of underWay) {
    total = total === null || download.totalBytes === null ? null : total + download.totalBytes
    done += download.doneBytes
  }
  return {
    downloads,
    bytesPerSecond,
    secondsLeft: total === null || bytesPerSecond <= 0 ? null : Math.max(0, total - done) / bytesPerSecond,
    progress: underWay.length === 0 || total === null || total === 0 ? null : Math.min(1, done / total),
  }
}
