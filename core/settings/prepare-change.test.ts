import { describe, expect, it, vi } from 'vitest'
import { tempFolder } from '../lib/temp-folder.testing.ts'
import { createNotices } from '../system/notices.ts'
import { createPrepareChange } from './prepare-change.ts'
import { createSettings } from './settings.ts'

function settingsOf(desktop: Parameters<typeof createPrepareChange>[0] = null) {
  return createSettings(tempFolder(), createNotices(), { prepare: createPrepareChange(desktop) })
}

describe('pages that may call', () => {
  it('are kept as they were named', async () => {
    const origins = [
      'https://chat.example',
      'tools.example',
      'http://[::1]:3000',
      'chrome-extension://*',
      'app://x',
      '*',
    ]
    const more = ['https://*.corp.example', 'http://localhost:*', ' https://chat.example/ ']
    const settings = settingsOf()
    await settings.update({ server: { origins: [...origins, ...more] } })
    expect(settings.get().server.origins).toEqual([...origins, ...more])
  })

  it.each([
    'null',
    'NULL',
    'file://',
    'file:///home',
    '',
    ' ',
    'https://',
    'https://a b',
    'https://a.example/path',
    'https://user@a.example',
    'https://a.example:port',
    'https://a.example, null',
    'https://*.*.example',
    'javascript:alert(1)',
  ])('are refused by name, and nothing changes: %j', async (origin) => {
    const settings = settingsOf()
    await expect(settings.update({ server: { origins: ['https://good.example', origin] } })).rejects.toMatchObject({
      code: 'invalid_input',
      message: `No web page can be allowed as ${JSON.stringify(origin)}.`,
    })
    expect(settings.get().server.origins).toEqual([])
  })
})

describe('starting at login', () => {
  it('is kept when the system has agreed', async () => {
    const setStartAtLogin = vi.fn(async () => {})
    const settings = settingsOf({ setStartAtLogin })
    await settings.update({ theme: 'dark' })
    expect(setStartAtLogin).not.toHaveBeenCalled()
    for (const startAtLogin of [true, false]) {
      await settings.update({ startAtLogin })
      expect(setStartAtLogin).toHaveBeenLastCalledWith(startAtLogin)
      expect(settings.get().startAtLogin).toBe(startAtLogin)
    }
  })

  it('stays as it was when the system refuses', async () => {
    const settings = settingsOf({ setStartAtLogin: () => Promise.reject(new Error('EROFS')) })
    await expect(settings.update({ startAtLogin: true })).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('EROFS') as string,
    })
    expect(settings.get().startAtLogin).toBe(false)
  })

  it('is for the app alone', async () => {
    const settings = settingsOf()
    await expect(settings.update({ startAtLogin: true })).rejects.toMatchObject({ code: 'invalid_input' })
    await settings.update({ startAtLogin: false })
    expect(settings.get().startAtLogin).toBe(false)
  })
})
