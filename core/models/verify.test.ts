import { createHash } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hashFile } from '../lib/hash-file.ts'
import { actor, libraryUnderTest, planFixture } from './library.testing.ts'

const sha = (content: string) => createHash('sha256').update(content).digest('hex')

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

describe('reading the files of a model again', () => {
  it('tells how far it is and keeps the hashes that nobody knew', async () => {
    const { library, owned } = libraryUnderTest()
    const files = [owned('a-00001-of-00002.gguf', 'GGUF'), owned('a-00002-of-00002.gguf', 'GGUF-2')]
    await library.addDownloaded({ plan: planFixture('a'), files, actor })
    const seen = await all(library.verify('a'))
    expect(seen[0]).toEqual({ doneBytes: 0, totalBytes: 10 })
    expect(seen.at(-1)).toEqual({ doneBytes: 10, totalBytes: 10 })
    const model = library.get('a')
    expect(model.files.map((file) => file.sha256)).toEqual([sha('GGUF'), sha('GGUF-2')])
    expect(model.check).toMatchObject({ intact: true, loads: null, error: null, checkedAt: 1 })
  })

  it('finds bytes that changed while the size did not, and says so until they are back', async () => {
    const { library, owned } = libraryUnderTest()
    const file = { ...owned('a.gguf', 'GGUF-good'), sha256: sha('GGUF-good') }
    await library.addDownloaded({ plan: planFixture('a'), files: [file], actor })
    writeFileSync(file.path, 'GGUF-evil')
    await all(library.verify('a'))
    expect(library.find('a')).toMatchObject({
      check: { intact: false },
      problem: { code: 'model_check_failed', data: { path: file.path } },
    })
    expect(() => library.get('a')).toThrow(expect.objectContaining({ code: 'model_check_failed' }))
    writeFileSync(file.path, 'GGUF-good')
    await all(library.verify('a'))
    expect(library.get('a')).toMatchObject({ check: { intact: true, error: null }, problem: null })
  })

  it('says of a file that is gone that it is', async () => {
    const { library, owned } = libraryUnderTest()
    const file = owned('a.gguf')
    await library.addDownloaded({ plan: planFixture('a'), files: [file], actor })
    rmSync(file.path)
    await all(library.verify('a'))
    expect(library.find('a')?.check).toMatchObject({ intact: false, error: { code: 'model_file_missing' } })
  })

  it('works for a starter model too', async () => {
    const { library } = libraryUnderTest()
    await all(library.verify('starter'))
    expect(library.get('starter').check?.intact).toBe(true)
    await expect(all(library.verify('gpt-5'))).rejects.toMatchObject({ code: 'model_not_found' })
  })

  it('stops with its signal and judges nothing then', async () => {
    let reading: AbortSignal | undefined
    const { library } = libraryUnderTest({
      hashFile: (_path, _onProgress, signal) => {
        reading = signal
        return new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')))
        })
      },
    })
    const controller = new AbortController()
    const stopped = all(library.verify('starter', controller.signal))
    controller.abort()
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' })
    expect(library.get('starter').check).toBeNull()

    for await (const _ of library.verify('starter')) break
    expect(reading?.aborted).toBe(true)
  })
})

describe('the hash of a file', () => {
  it('is that of its bytes, told piece by piece', async () => {
    const { file } = libraryUnderTest()
    const content = 'x'.repeat(3_000_000)
    let bytes = 0
    const digest = await hashFile(file('big', content), (more) => (bytes += more))
    expect([digest, bytes]).toEqual([sha(content), 3_000_000])
    await expect(hashFile(file('big', content), () => {}, AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    })
  })
})
