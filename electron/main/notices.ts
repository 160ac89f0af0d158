import { Notification } from 'electron'
import type { DesktopNotice } from '../../shared/process/shell.ts'
import type { Labels } from './labels.ts'

/** Notices of the operating system. One without them, as a bare Linux desktop, shows none. */
export function createDesktopNotices(
  labels: () => Labels,
  open: (hash: string) => void,
): (notice: DesktopNotice) => void {
  // A notice that nobody holds may be collected, and its click is lost then.
  const shown = new Set<Notification>()
  return ({ about, name, hash }) => {
    if (!Notification.isSupported()) return
    const { downloadDone, downloadFailed } = labels()
    const notice = new Notification({ title: name, body: about === 'downloadDone' ? downloadDone : downloadFailed })
    shown.add(notice)
    notice.once('click', () => {
      shown.delete(notice)
      open(hash)
    })
    notice.once('close', () => shown.delete(notice))
    notice.once('failed', () => shown.delete(notice))
    notice.show()
  }
}
