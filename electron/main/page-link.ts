import { ipcMain, type WebContents } from 'electron'
import type { CoreHost } from './core-host.ts'
import { isTrustedSender } from './policy.ts'

/** Messages between shell and preload. */
export const channels = {
  connect: 'hearth:connect',
  retry: 'hearth:retry',
  port: 'hearth:port',
  failed: 'hearth:failed',
  navigate: 'hearth:navigate',
} as const

/** Gives each page that asks a port to the core, and a new one after each restart of the core. */
export function createPageLink(core: Pick<CoreHost, 'status' | 'openPort' | 'retry'>) {
  const pages = new Set<WebContents>()

  function deliver(page: WebContents): void {
    const status = core.status()
    if (status.state === 'failed') page.send(channels.failed, status.error)
    const port = core.openPort()
    if (port) page.postMessage(channels.port, null, [port])
  }

  onPageMessage(channels.connect, (page) => {
    if (!pages.has(page)) page.once('destroyed', () => pages.delete(page))
    pages.add(page)
    deliver(page)
  })
  onPageMessage(channels.retry, () => core.retry())

  return {
    /** Tells every page what became of the core. */
    update() {
      for (const page of pages) deliver(page)
    },
  }
}

function onPageMessage(channel: string, listener: (page: WebContents) => void): void {
  ipcMain.on(channel, (event) => {
    const frame = event.senderFrame
    if (!frame || !isTrustedSender({ url: frame.url, isTopFrame: frame.parent === null })) return
    listener(event.sender)
  })
}
