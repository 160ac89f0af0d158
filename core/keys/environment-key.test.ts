import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempFolder } from '../lib/temp-folder.testing.ts'
import { readEnvironmentKey } from './environment-key.ts'

function fileWith(content: string | Uint8Array): string {
  const path = join(tempFolder(), 'secret')
  writeFileSync(path, content)
  return path
}
const fromFile = (path: string) => readEnvironmentKey({ HEARTH_API_KEY_FILE: path })

describe('the key of the environment', () => {
  it('stands in a variable or in a file, whose last line may end', () => {
    expect(readEnvironmentKey({ HEARTH_API_KEY: 's3cret\n' })).toEqual({ secret: 's3cret', variable: 'HEARTH_API_KEY' })
    for (const content of ['s3cret', 's3cret\n', 's3cret\r\n']) {
      expect(fromFile(fileWith(content))).toEqual({ secret: 's3cret', variable: 'HEARTH_API_KEY_FILE' })
    }
  })

  it('is none where nothing is set, as Compose leaves it', () => {
    expect(readEnvironmentKey({})).toBeNull()
    expect(readEnvironmentKey({ HEARTH_API_KEY: '', HEARTH_API_KEY_FILE: '' })).toBeNull()
  })

  it.each([
    ['both', () => readEnvironmentKey({ HEARTH_API_KEY: 'a', HEARTH_API_KEY_FILE: fileWith('b') }), /both set/],
    ['a file that is not there', () => fromFile(join(tempFolder(), 'nope')), /nope.*ENOENT/],
    ['a folder', () => fromFile(tempFolder()), /EISDIR/],
    ['an empty file', () => fromFile(fileWith(' \n')), /is empty/],
    ['a file of another kind', () => fromFile(fileWith('x'.repeat(5000))), /too long/],
    ['several lines', () => fromFile(fileWith('one\ntwo')), /can't send/],
    ['bytes that no header carries', () => fromFile(fileWith(Uint8Array.of(0x80, 0xff))), /can't send/],
    ['words', () => readEnvironmentKey({ HEARTH_API_KEY: 'two words' }), /can't send/],
  ])('refuses %s in a sentence, without the key', (_what, read, message) => {
    expect(read).toThrow(message)
    expect(read).not.toThrow(/two|words/)
  })

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('refuses a file that may not be read', () => {
    const path = fileWith('s3cret')
    chmodSync(path, 0)
    expect(() => fromFile(path)).toThrow(/EACCES/)
    chmodSync(path, 0o600)
  })
})
