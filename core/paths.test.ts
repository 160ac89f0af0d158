import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempFolder } from './lib/temp-folder.testing.ts'
import { modelsFolder, resolveHome } from './paths.ts'

describe('the data folder', () => {
  it.each([
    ['linux', {}, '/home/ada', '/home/ada/.local/share/hearth'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/home/ada', '/data/hearth'],
    ['linux', { XDG_DATA_HOME: 'relative' }, '/home/ada', '/home/ada/.local/share/hearth'],
    ['darwin', {}, '/Users/ada', '/Users/ada/Library/Application Support/Hearth'],
    ['win32', { APPDATA: 'D:\\Roaming' }, 'C:\\Users\\ada', 'D:\\Roaming\\Hearth'],
    ['win32', {}, 'C:\\Users\\ada', 'C:\\Users\\ada\\AppData\\Roaming\\Hearth'],
    ['linux', { HEARTH_HOME: '/srv/hearth', XDG_DATA_HOME: '/data' }, '/home/ada', '/srv/hearth'],
    ['darwin', { HEARTH_HOME: '~/models' }, '/Users/ada', '/Users/ada/models'],
    ['linux', { HEARTH_HOME: '  ' }, '/home/ada', '/home/ada/.local/share/hearth'],
  ] as const)('on %s with %o is where that platform keeps it', (platform, env, homedir, expected) => {
    expect(resolveHome(env, platform, homedir)).toBe(expected)
  })

  it('is absolute even when HEARTH_HOME is not', () => {
    expect(resolveHome({ HEARTH_HOME: 'here' }, 'linux', '/home/ada')).toBe(`${process.cwd()}/here`)
  })
})

describe('the folder for new models', () => {
  const home = resolve('/data/hearth')
  const homedir = resolve('/home/me')
  const asked = (env: Record<string, string>, folder: string | null = null) =>
    modelsFolder({ env, settings: { downloads: { folder } }, home, homedir })

  it('is what the settings name, before anything else', () => {
    expect(asked({ HEARTH_MODELS: '/env', OLLAMA_MODELS: '/ollama' }, resolve('/mine'))).toBe(resolve('/mine'))
  })

  it('is what the environment names, Hearth before Ollama', () => {
    expect(asked({ HEARTH_MODELS: resolve('/env'), OLLAMA_MODELS: '/ollama' })).toBe(resolve('/env'))
    expect(asked({ OLLAMA_MODELS: resolve('/ollama') })).toBe(resolve('/ollama'))
    expect(asked({ HEARTH_MODELS: '~/models' })).toBe(join(homedir, 'models'))
  })

  it.each(['manifests', 'blobs'])('is never one in which Ollama keeps its own %s', (kept) => {
    const store = tempFolder()
    mkdirSync(join(store, kept))
    expect(asked({ OLLAMA_MODELS: store })).toBe(join(home, 'models'))
  })

  it('is in the data folder when nothing is named', () => {
    expect(asked({})).toBe(join(home, 'models'))
    expect(asked({ HEARTH_MODELS: ' ' }, '')).toBe(join(home, 'models'))
  })
})
