import { describe, expect, it } from 'vitest'
import { autostartEntry } from './autostart-entry.ts'

/** The words of an Exec line, read as the specification says a desktop does. */
function wordsOf(entry: string): string[] {
  const value = /^Exec=(.*)$/m.exec(entry)?.[1] ?? ''
  const line = value.replaceAll(
    /\\([sntr\\])/g,
    (_, letter: string) => ({ s: ' ', n: '\n', t: '\t', r: '\r' })[letter] ?? '\\',
  )
  const words = [...line.matchAll(/"((?:\\.|[^"\\])*)"|(\S+)/gs)].map(
    ([, inQuotes, bare]) => inQuotes?.replaceAll(/\\(["`$\\])/g, '$1') ?? bare ?? '',
  )
  // Any other field code stands for a file or nothing.
  return words.map((word) => word.replaceAll(/%(.)/gs, (_, code: string) => (code === '%' ? '%' : '')))
}

describe('an autostart entry', () => {
  it.each([
    ['/opt/Hearth/hearth'],
    ['/home/ada/My Programs/Hearth.AppImage'],
    ['/home/ada/100% "mine"/$HOME/`id`/back\\slash/hearth'],
    ["/home/ada/it's;&|<>#~*?()/hearth"],
    ['/home/阿达/程序/hearth'],
    ['/home/ada/line\nbreak\ttab/hearth'],
  ])('starts %j and nothing else', (path) => {
    const command = [path, '--hidden']
    expect(wordsOf(autostartEntry({ command, env: {}, icon: '/i.png' }))).toEqual(command)
  })

  it('hands over the variables that the app needs', () => {
    const entry = autostartEntry({ command: ['/hearth'], env: { HEARTH_HOME: '/data of mine' }, icon: '/i.png' })
    expect(wordsOf(entry)).toEqual(['env', 'HEARTH_HOME=/data of mine', '/hearth'])
  })

  it('is one group with a line for each key', () => {
    const entry = autostartEntry({ command: ['/a\nExec=evil'], env: { X: 'a\nType=Link' }, icon: '/i\n.png' })
    const lines = entry.trimEnd().split('\n')
    expect(lines[0]).toBe('[Desktop Entry]')
    const keys = lines.slice(1).map((line) => line.split('=')[0])
    expect(keys).toEqual([...new Set(keys)])
    expect(lines).toContain('Type=Application')
  })
})
