import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempFolder } from '../lib/temp-folder.testing.ts'
import { content } from './downloads.testing.ts'
import { createHasher } from './hasher.ts'

const bytes = content(3)
const sha256 = createHash('sha256').update(bytes).digest('hex')

function file(): string {
  const path = join(tempFolder(), 'model.gguf')
  writeFileSync(path, bytes)
  return path
}

describe('hashing behind a download', () => {
  it('gives the hash of what is written, however it came', async () => {
    const hasher = createHasher(null)
    const hash = hasher.open(file())
    hash.advance(1_000_000)
    hash.advance(1_000_001)
    expect(await hash.digest(bytes.length)).toBe(sha256)
    await hasher.close()
  })

  it('goes on in this thread when the other one can not run', async () => {
    const hasher = createHasher(join(tempFolder(), 'there-is-no-such-worker.js'))
    const hash = hasher.open(file())
    hash.advance(1000)
    expect(await hash.digest(bytes.length)).toBe(sha256)
    expect(await hasher.open(file()).digest(bytes.length)).toBe(sha256)
    await hasher.close()
  })

  it('says when the file is shorter than it should be', async () => {
    const hasher = createHasher(null)
    await expect(hasher.open(file()).digest(bytes.length + 1)).rejects.toThrow(/ends at/)
    await hasher.close()
  })
})
