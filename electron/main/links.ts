import { type BrowserWindow, dialog, shell, type WebContents } from 'electron'
import type { Labels } from './labels.ts'
import { decideLink } from './policy.ts'

/** Keeps every page where it is; ordinary web and mail addresses are opened outside, after a look at them. */
export function guardLinks(contents: WebContents, window: () => BrowserWindow | null, labels: () => Labels): void {
  let asking = false

  async function openOutside(address: string): Promise<void> {
    // A page could ask faster than a person can answer.
    if (asking) return
    asking = true
    try {
      const { open, cancel, openLinkTitle, openLinkDetail } = labels()
      const options = {
        type: 'question' as const,
        message: openLinkTitle,
        detail: `${address}\n\n${openLinkDetail}`,
        buttons: [open, cancel],
        defaultId: 0,
        cancelId: 1,
        noLink: true,
      }
      const owner = window()
      const { response } = await (owner ? dialog.showMessageBox(owner, options) : dialog.showMessageBox(options))
      if (response === 0) await shell.openExternal(address)
    } finally {
      asking = false
    }
  }

  contents.on('will-navigate', (event) => {
    const decision = decideLink(event.url)
    if (decision === 'inside') return
    event.preventDefault()
    if (decision === 'outside') void openOutside(event.url)
  })
  contents.on('will-redirect', (event) => {
    if (decideLink(event.url) !== 'inside') event.preventDefault()
  })
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    if (decideLink(url) === 'outside') void openOutside(url)
    return { action: 'deny' }
  })
  // No call of ours uses WebRTC; this keeps it from looking for the machine's addresses.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
}
