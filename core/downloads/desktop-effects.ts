import type { Download } from '../../shared/domain/downloads.ts'
import type { Desktop } from '../host/host.ts'
import type { DownloadsDeps } from './downloads.ts'

/** What the desktop shows of downloads: progress on dock or taskbar, a notice at the end. */
export function desktopEffects(desktop: Desktop | null): DownloadsDeps['effects'] {
  const notify = (about: 'downloadDone' | 'downloadFailed') => (download: Download) =>
    desktop?.notify({ about, name: download.title, hash: `#/models/${encodeURIComponent(download.name)}` })
  return {
    onProgress(progress, underWay) {
      desktop?.showProgress(progress)
      desktop?.setRunningDownloads(underWay)
    },
    onDone: notify('downloadDone'),
    onFailed: notify('downloadFailed'),
  }
}
