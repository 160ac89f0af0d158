import { resolve, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { resolveAsset } from './assets.ts'

const folder = resolve('/srv/renderer')

describe('an address of the interface', () => {
  it('names a file of the interface and its type', () => {
    expect(resolveAsset('app://hearth/', folder)).toEqual({
      path: resolve(folder, 'index.html'),
      type: 'text/html; charset=utf-8',
    })
    expect(resolveAsset('app://hearth/assets/main-a1.js?v=1#x', folder)).toEqual({
      path: resolve(folder, 'assets/main-a1.js'),
      type: 'text/javascript; charset=utf-8',
    })
    expect(resolveAsset('app://hearth/assets/inter%20latin.woff2', folder)?.path).toBe(
      resolve(folder, 'assets/inter latin.woff2'),
    )
  })

  it.each([
    'app://hearth/..%2f..%2fetc%2fpasswd.txt',
    'app://hearth/%2e%2e%2f%2e%2e%2fsecret.json',
    'app://hearth/..%5c..%5csecret.json',
    'app://hearth/a%00.js',
    'app://hearth/%E0%A4%A.js',
    'app://hearth/../renderer-old%2f..%2f..%2fx.js',
    'app://hearth/..%2frenderer-other%2fx.js',
  ])('never names anything outside: %s', (address) => {
    const path = resolveAsset(address, folder)?.path
    expect(path === undefined || path.startsWith(folder + sep)).toBe(true)
  })

  it.each([
    'app://other/index.html',
    'https://hearth/index.html',
    'app://hearth/notes.exe',
    'app://hearth/folder',
    'x',
  ])('names nothing: %s', (address) => {
    expect(resolveAsset(address, folder)).toBeNull()
  })
})
