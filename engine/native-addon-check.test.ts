import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkNativeAddon } from './native-addon-check.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

describe('a build of the addon', () => {
  let root: string
  const libraries = () => join(root, 'node_modules', '@node-llama-cpp', 'linux-x64', 'bins', 'linux-x64')
  const folder = () => join(root, 'dist', 'native', 'linux-x64', 'cpu')
  const addon = () => join(folder(), 'llama-addon.node')
  const library = () => join(root, 'node_modules', 'node-llama-cpp', 'package.json')
  const write = (path: string, content: string) => writeFileSync(path, content)
  const manifest = (changes: object = {}) =>
    write(
      join(folder(), 'llama-addon.json'),
      JSON.stringify({
        interface: 2,
        nodeLlamaCpp: '3.22.1',
        addon: sha256('addon'),
        librariesFolder: '../../../../node_modules/@node-llama-cpp/linux-x64/bins/linux-x64',
        libraries: { 'libllama.so': sha256('llama'), 'llama-addon.node': sha256('stock') },
        ...changes,
      }),
    )

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'hearth-native-'))
    for (const path of [libraries(), folder(), join(root, 'node_modules', 'node-llama-cpp')])
      mkdirSync(path, { recursive: true })
    write(library(), '{"version":"3.22.1"}')
    write(join(libraries(), 'libllama.so'), 'llama')
    write(join(libraries(), 'llama-addon.node'), 'stock')
    write(addon(), 'addon')
    manifest()
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  const reason = () => {
    const check = checkNativeAddon(addon())
    return check.fits ? null : check.reason
  }

  it('fits the very library that it was built for', () => {
    expect(checkNativeAddon(addon())).toEqual({ fits: true, libraries: libraries() })
  })

  it('is refused beside another version of the library', () => {
    write(library(), '{"version":"3.22.2"}')
    expect(reason()).toContain('3.22.2')
    rmSync(library())
    expect(reason()).toContain('installed is none')
  })

  it('is refused when a library that it is linked with is another one or missing', () => {
    write(join(libraries(), 'libllama.so'), 'llama of another build')
    expect(reason()).toContain('libllama.so')
    rmSync(join(libraries(), 'libllama.so'))
    expect(reason()).toContain('libllama.so')
  })

  it('is refused when it is damaged, missing, of another Hearth, or without papers', () => {
    manifest({ interface: 0 })
    expect(reason()).toContain('another version of Hearth')
    manifest()
    write(addon(), 'addo')
    expect(reason()).toContain('damaged')
    write(join(folder(), 'llama-addon.json'), '{"interface":2')
    expect(reason()).toContain('no manifest')
    rmSync(addon())
    expect(reason()).toContain('not there')
  })
})

describe('the patch', () => {
  it('names the interface that this code speaks, and the installed version', () => {
    const path = (...parts: string[]) => join(import.meta.dirname, '..', ...parts)
    const pins: unknown = JSON.parse(readFileSync(path('native', 'source.json'), 'utf8'))
    const installed: unknown = JSON.parse(readFileSync(path('node_modules', 'node-llama-cpp', 'package.json'), 'utf8'))
    expect(pins).toMatchObject({ interface: 2, nodeLlamaCpp: (installed as { version: string }).version }) // npm's file
  })
})
