import { describe, expect, it } from 'vitest'
import { ollamaInstalled } from './ollama-installed.ts'

describe('looking for an installed Ollama', () => {
  it.each([
    ['linux', { PATH: '/a:/opt/tools' }, '/opt/tools/ollama', true],
    ['linux', { PATH: '/a' }, '/usr/local/bin/ollama', true],
    ['linux', {}, '/opt/elsewhere/ollama', false],
    ['darwin', { PATH: '' }, '/Applications/Ollama.app', true],
    ['win32', { Path: 'C:\\x;D:\\tools' }, 'D:\\tools\\ollama.exe', true],
    ['win32', { LOCALAPPDATA: 'C:\\L' }, 'C:\\L\\Programs\\Ollama\\ollama.exe', true],
    ['win32', {}, 'C:\\Users\\me\\AppData\\Local\\Programs\\Ollama\\ollama.exe', true],
  ] as const)('on %s with %o and %s', (platform, env, present, found) => {
    const home = platform === 'win32' ? 'C:\\Users\\me' : '/home/me'
    expect(ollamaInstalled({ platform, env, home, exists: (file) => file === present })).toBe(found)
  })
})
