import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempFolder } from '../lib/temp-folder.testing.ts'
import { createNotices } from '../system/notices.ts'
import { createSettings } from './settings.ts'

async function noticesOf(notices: ReturnType<typeof createNotices>) {
  const watch = notices.topic.watch()
  const { value } = await watch.next()
  await watch.return()
  return value ?? []
}

describe('settings', () => {
  it('has defaults without a file, and writes only when something changes', async () => {
    const home = tempFolder()
    const settings = createSettings(home, createNotices())
    expect(settings.get()).toMatchObject({ theme: 'system', server: { enabled: false, port: 1234 } })
    expect(readdirSync(home)).toEqual([])
    await settings.update({ server: { port: 4321 } })
    expect(createSettings(home, createNotices()).get().server).toEqual({
      enabled: false,
      port: 4321,
      ollamaPort: 'ask',
    })
  })

  it('keeps fields of a newer version that it does not know', async () => {
    const home = tempFolder()
    writeFileSync(join(home, 'settings.json'), '{"theme":"dark","future":{"a":1},"server":{"tls":true}}')
    await createSettings(home, createNotices()).update({ language: 'zh-CN' })
    expect(JSON.parse(readFileSync(join(home, 'settings.json'), 'utf8'))).toMatchObject({
      theme: 'dark',
      language: 'zh-CN',
      future: { a: 1 },
      server: { tls: true, port: 1234 },
    })
  })

  for (const [what, text] of [
    ['is cut off', '{"theme":"dark"'],
    ['is empty', ''],
    ['holds a value that does not exist', '{"theme":"purple"}'],
    ['is no object', '[1,2]'],
    ['holds a hostile key', '{"__proto__":{"theme":"dark"},"theme":3}'],
  ] as const) {
    it(`puts a file that ${what} aside, uses defaults and says so`, async () => {
      const home = tempFolder()
      writeFileSync(join(home, 'settings.json'), text)
      const notices = createNotices()
      const settings = createSettings(home, notices, () => 5)
      expect(settings.get().theme).toBe('system')
      expect(readFileSync(join(home, 'settings.broken-5.json'), 'utf8')).toBe(text)
      expect(await noticesOf(notices)).toMatchObject([{ level: 'warning', info: { code: 'settings_damaged' } }])
    })
  }

  it('ends with the last of many changes made at once', async () => {
    const home = tempFolder()
    const settings = createSettings(home, createNotices())
    await Promise.all(Array.from({ length: 20 }, (_, i) => settings.update({ server: { port: 2000 + i } })))
    expect(JSON.parse(readFileSync(join(home, 'settings.json'), 'utf8')).server.port).toBe(2019)
  })

  it('refuses a value that is none', async () => {
    const settings = createSettings(tempFolder(), createNotices())
    await expect(settings.update({ server: { port: 99999 } })).rejects.toMatchObject({ code: 'invalid_input' })
    expect(settings.get().server.port).toBe(1234)
  })
})
