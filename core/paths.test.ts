import { describe, expect, it } from 'vitest'
import { resolveHome } from './paths.ts'

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
