import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Settings } from '../../shared/domain/settings.ts'
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
    expect(createSettings(home, createNotices()).get()).toEqual({
      ...Settings.parse({}),
      server: { ...Settings.parse({}).server, port: 4321 },
    })
  })

  it('changes one field deep inside and leaves its neighbours', async () => {
    const home = tempFolder()
    const settings = createSettings(home, createNotices())
    await settings.update({ hubs: { endpoints: { huggingface: 'https://hf-mirror.com' }, proxy: { mode: 'none' } } })
    await settings.update({ hubs: { endpoints: { ollama: 'http://10.0.0.1:5000' } }, downloads: { parallel: 4 } })
    await settings.update({ hubs: { endpoints: { ollama: undefined } }, downloads: { folder: '/models' } })
    const expected = {
      hubs: {
        endpoints: { huggingface: 'https://hf-mirror.com', ollama: 'http://10.0.0.1:5000', modelscope: null },
        proxy: { mode: 'none', url: null },
      },
      downloads: { parallel: 4, folder: '/models', speedLimit: null },
    }
    expect(settings.get()).toMatchObject(expected)
    expect(createSettings(home, createNotices()).get()).toMatchObject(expected)
    await settings.update({ hubs: { endpoints: { huggingface: null } } })
    expect(settings.get().hubs.endpoints.huggingface).toBeNull()
  })

  it('keeps fields of a newer version that it does not know', async () => {
    const home = tempFolder()
    writeFileSync(
      join(home, 'settings.json'),
      JSON.stringify({
        theme: 'dark',
        future: { a: 1 },
        server: { tls: true },
        hubs: { huggingface: 1, proxy: { mode: 'none', pac: 'http://p' } },
      }),
    )
    await createSettings(home, createNotices()).update({ language: 'zh-CN' })
    expect(JSON.parse(readFileSync(join(home, 'settings.json'), 'utf8'))).toMatchObject({
      theme: 'dark',
      language: 'zh-CN',
      future: { a: 1 },
      server: { tls: true, port: 1234 },
      hubs: { huggingface: 1, proxy: { mode: 'none', pac: 'http://p', url: null } },
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
      const settings = createSettings(home, notices, { now: () => 5 })
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

  it.each([
    ['twice', ['gpt-4o', 'GPT-4o']],
    ['twice, once with the tag that other programs add', ['gpt-4o', 'gpt-4o:latest']],
    ['that is empty', ['  ']],
    ['that is only a tag', [':latest']],
  ])('refuse an alias %s', async (_what, names) => {
    const settings = createSettings(tempFolder(), createNotices())
    await settings.update({ server: { aliases: [{ name: ' old ', model: 'smollm2:135m' }] } })
    const aliases = names.map((name) => ({ name, model: 'smollm2:135m' }))
    await expect(settings.update({ server: { aliases } })).rejects.toMatchObject({ code: 'invalid_input' })
    expect(settings.get().server.aliases).toEqual([{ name: 'old', model: 'smollm2:135m' }])
  })

  describe('and the login of a proxy', () => {
    function withKeeper() {
      const home = tempFolder()
      const kept: unknown[] = []
      const settings = createSettings(home, createNotices(), { keepLogin: async (login) => void kept.push(login) })
      return { settings, kept, file: () => readFileSync(join(home, 'settings.json'), 'utf8') }
    }

    it('hands it to the secrets and never writes it', async () => {
      const { settings, kept, file } = withKeeper()
      const login = { user: 'ada', password: 's3cret' }
      await settings.update({ hubs: { proxy: { mode: 'manual', url: 'http://proxy:3128', login } } })
      expect(kept).toEqual([login])
      expect(settings.get().hubs.proxy).toEqual({ mode: 'manual', url: 'http://proxy:3128' })
      expect(file()).not.toMatch(/ada|s3cret|login/)
      await settings.update({ hubs: { proxy: { login: null } } })
      expect(kept).toEqual([login, null])
    })

    it('takes it out of an address that carries it', async () => {
      const { settings, kept, file } = withKeeper()
      await settings.update({ hubs: { proxy: { url: 'http://ada:a%40b%@proxy:3128' } } })
      await settings.update({ hubs: { proxy: { url: 'http://ada:a%40b@proxy:3128' } } })
      expect(kept.at(-1)).toEqual({ user: 'ada', password: 'a@b' })
      expect(settings.get().hubs.proxy.url).toBe('http://proxy:3128')
      expect(file()).not.toContain('ada')
    })

    it('changes nothing when it can not be kept', async () => {
      const settings = createSettings(tempFolder(), createNotices(), {
        keepLogin: () => Promise.reject(new Error('no keyring')),
      })
      const change = { hubs: { proxy: { mode: 'none' as const, login: { user: 'a', password: 'b' } } } }
      await expect(settings.update(change)).rejects.toThrow('no keyring')
      expect(settings.get().hubs.proxy.mode).toBe('system')
    })
  })

  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'proxy:3128', 'nonsense'])(
    'takes no address that is none of the web: %s',
    async (url) => {
      const settings = createSettings(tempFolder(), createNotices())
      await expect(settings.update({ hubs: { endpoints: { huggingface: url } } })).rejects.toMatchObject({
        code: 'invalid_input',
      })
    },
  )
})
