import { describe, expect, it, vi } from 'vitest'
import type { CoreToShell, ShellToCore } from '../../shared/process/shell.ts'
import { createElectronHost } from './electron-host.ts'

function hosted() {
  const sent: CoreToShell[] = []
  const host = createElectronHost({ postMessage: (message) => void sent.push(message), on: () => undefined })
  const { desktop } = host
  if (!desktop) throw new Error('the app has a desktop')
  const start = (canEncrypt: boolean): ShellToCore => ({
    type: 'start',
    paths: { home: '/h', resources: '/r', renderer: '/u', engineEntry: '/e', probeEntry: '/p', hashWorkerEntry: '/w' },
    version: '1',
    locale: 'en',
    restarted: false,
    canEncrypt,
    atLogin: false,
  })
  return { host, desktop, sent, receive: (message: ShellToCore) => host.receive(message, []), start }
}

describe('the desktop of the app', () => {
  it('gives each caller its own answer, in whatever order they come', async () => {
    const { desktop, sent, receive } = hosted()
    const folder = desktop.pickFolder()
    const proxy = desktop.resolveProxy('https://hub')
    expect(sent).toEqual([
      { type: 'call', callId: 1, name: 'pickFolder', input: null },
      { type: 'call', callId: 2, name: 'resolveProxy', input: 'https://hub' },
    ])
    receive({ type: 'answer', callId: 2, output: 'DIRECT' })
    receive({ type: 'answer', callId: 1, output: null })
    expect([await folder, await proxy]).toEqual([null, 'DIRECT'])
  })

  it('says why something could not be done', async () => {
    const { desktop, receive } = hosted()
    const trashed = desktop.trash('/m.gguf')
    receive({ type: 'callFailed', callId: 1, message: 'There is no trash.' })
    await expect(trashed).rejects.toThrow('There is no trash.')
    receive({ type: 'answer', callId: 1, output: null })
    receive({ type: 'answer', callId: 99, output: null })
  })

  it('passes on what needs no answer', () => {
    const { desktop, sent } = hosted()
    desktop.notify({ about: 'downloadDone', name: 'qwen', hash: '#/models' })
    desktop.showProgress(0.5)
    desktop.setRunningDownloads(2)
    expect(sent).toEqual([
      { type: 'notify', about: 'downloadDone', name: 'qwen', hash: '#/models' },
      { type: 'progress', progress: 0.5 },
      { type: 'runningDownloads', count: 2 },
    ])
  })

  it('tells everyone who asked that the computer woke', () => {
    const { desktop, receive } = hosted()
    const [one, two] = [vi.fn(), vi.fn()]
    desktop.onResume(one)
    desktop.onResume(two)
    receive({ type: 'resumed' })
    expect([one.mock.calls.length, two.mock.calls.length]).toEqual([1, 1])
  })
})

describe('the vault of the app', () => {
  it('is there only where the operating system keeps a key', () => {
    const { host, receive, start } = hosted()
    expect(host.vault).toBeNull()
    receive(start(false))
    expect(host.vault).toBeNull()
    receive(start(true))
    expect(host.vault).not.toBeNull()
  })

  it('carries any text and bytes there and back', async () => {
    const { host, sent, receive, start } = hosted()
    receive(start(true))
    const sealed = host.vault?.encrypt('hf_密')
    receive({ type: 'answer', callId: 1, output: Buffer.from([0, 255, 7]).toString('base64') })
    expect([...((await sealed) ?? [])]).toEqual([0, 255, 7])
    const opened = host.vault?.decrypt(Uint8Array.of(0, 255, 7))
    expect(sent.at(-1)).toEqual({ type: 'call', callId: 2, name: 'decrypt', input: 'AP8H' })
    receive({ type: 'answer', callId: 2, output: 'hf_密' })
    expect(await opened).toBe('hf_密')
  })
})
