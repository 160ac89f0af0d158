import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { fileFor, serveFile } from './files.ts'

describe('the files of the interface', () => {
  it.each([
    '/../secret.js',
    '/assets/../../secret.js',
    '/..\\secret.js',
    '/assets\\..\\x.js',
    '/C:secret.js',
    '/.hidden.js',
    '/assets/.git/x.js',
    '/a\0.js',
    '/%2e%2e/x.js',
    '/',
    '/assets/',
    '/assets/x',
    '/x.sqlite',
  ])('do not include %j', (urlPath) => {
    expect(fileFor('/ui', urlPath)).toBeNull()
  })

  it('lie where the path says', () => {
    expect(fileFor('/ui', '/assets/index-B1_x.js')).toBe(path.join('/ui', 'assets', 'index-B1_x.js'))
    expect(fileFor('/ui', '/favicon.svg')).toBe(path.join('/ui', 'favicon.svg'))
  })

  const root = mkdtempSync(path.join(tmpdir(), 'hearth-ui-'))
  mkdirSync(path.join(root, 'assets', 'folder.js'), { recursive: true })
  writeFileSync(path.join(root, 'assets', 'a-1.js'), 'export {}')
  writeFileSync(path.join(root, 'favicon.svg'), '<svg/>')
  afterAll(() => rmSync(root, { recursive: true }))

  it('have their type, and are kept when their name holds a hash', async () => {
    const script = await serveFile(root, '/assets/a-1.js')
    expect(await script?.text()).toBe('export {}')
    expect(script?.headers.get('content-type')).toMatch(/^text\/javascript/)
    expect(script?.headers.get('cache-control')).toMatch(/immutable/)
    const icon = await serveFile(root, '/favicon.svg')
    expect(icon?.headers.get('content-type')).toBe('image/svg+xml')
    expect(icon?.headers.get('cache-control')).toBe('no-cache')
  })

  it.each(['/assets/gone.js', '/assets/folder.js'])('do not include %s', async (urlPath) => {
    expect(await serveFile(root, urlPath)).toBeNull()
  })
})
