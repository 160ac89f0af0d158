import { contextBridge, ipcRenderer, webUtils } from 'electron'

/**
 * Hands the page its ports to the core, and nothing else. Ports can't cross `contextBridge`, so they go by
 * `postMessage`; the page says when it listens.
 */
const origin = window.location.origin

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.source !== window || typeof event.data !== 'object' || event.data === null || !('type' in event.data))
    return
  if (event.data.type === 'hearth:ready') ipcRenderer.send('hearth:connect')
  if (event.data.type === 'hearth:retry') ipcRenderer.send('hearth:retry')
})
ipcRenderer.on('hearth:port', (event) => window.postMessage({ type: 'hearth:port' }, origin, event.ports))
ipcRenderer.on('hearth:failed', (_event, error: unknown) =>
  window.postMessage({ type: 'hearth:failed', error }, origin),
)
ipcRenderer.on('hearth:navigate', (_event, hash: unknown) =>
  window.postMessage({ type: 'hearth:navigate', hash }, origin),
)

contextBridge.exposeInMainWorld('hearth', {
  platform: process.platform,
  /** Path of a file that was dropped onto the page; empty for one that has none. */
  pathForFile: (file: File) => webUtils.getPathForFile(file),
})
