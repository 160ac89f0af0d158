import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DiskStep } from './disk.testing.ts'
import { systemError } from './disk.testing.ts'
import { content, FILE, MEGABYTE, REPO, startDownloads } from './downloads.testing.ts'
import { fetchPiece } from './fetch-body.ts'
import { testHttp } from './hub.testing.ts'
import { startListening } from '../hubs/doubles/listening.testing.ts'

const slow = { bytesPerSecond: 2 * MEGABYTE }

describe('where it is put', () => {
  it.each<[string, DiskStep]>([
    ['made room for', 'truncate'],
    ['written', 'write'],
    ['journaled', 'replace'],
    ['synced', 'datasync'],
    ['renamed', 'rename'],
  ])(
    'fault 16: a disk that is full while the file is %s makes it wait, and it goes on after freeing',
    async (_, full) => {
      const fixture = await startDownloads()
      fixture.time.held = true
      fixture.disk.fault = (step) => (step === full ? systemError('ENOSPC') : null)
      await fixture.enqueue()
      const { error } = await fixture.state('waiting')
      expect(error).toMatchObject({ code: 'disk_full', data: { path: fixture.folder } })
      expect(fixture.got()).toBeNull()
      expect(fixture.finished).toEqual([])
      fixture.disk.fault = () => null
      fixture.time.advance(60_000)
      await fixture.state('done')
      expect(fixture.got()?.equals(fixture.bytes)).toBe(true)
    },
  )

  it('fault 16: space is asked for before the first byte, and counted with what others still need', async () => {
    const repos = ['ann/one', 'ann/two'].map((id) => ({ id, files: [{ path: FILE, bytes: content(8) }] }))
    const fixture = await startDownloads({ repos, knobs: slow })
    fixture.time.held = true
    // Enough for one and what is left to the rest of the computer, not for two.
    fixture.disk.freeBytes = (64 + 8 + 4) * MEGABYTE
    const first = await fixture.enqueue(FILE, 'ann/one')
    const second = await fixture.enqueue(FILE, 'ann/two')
    const { error } = await fixture.state('waiting', second.id)
    expect(error?.code).toBe('disk_full')
    expect(Number(error?.data?.['neededBytes'])).toBeGreaterThan(12 * MEGABYTE)
    expect(existsSync(join(fixture.root, 'huggingface', 'ann', 'two'))).toBe(false)
    Object.assign(fixture.double.knobs, { bytesPerSecond: null })
    await fixture.state('done', first.id)
    fixture.time.advance(60_000)
    await fixture.state('done', second.id)
  })

  it.each(['EXDEV', 'EACCES', 'EBUSY'])('fault 17: a rename that fails with %s is tried again', async (code) => {
    const fixture = await startDownloads()
    let times = 3
    fixture.disk.fault = (step) => (step === 'rename' && times-- > 0 ? systemError(code) : null)
    await fixture.enqueue()
    await fixture.state('done')
    expect(fixture.got()?.equals(fixture.bytes)).toBe(true)
    expect(readdirSync(fixture.folder)).toEqual([FILE])
  })

  it.each(['EXDEV', 'EACCES', 'EBUSY'])(
    'fault 17: a rename that never succeeds (%s) keeps the verified part',
    async (code) => {
      const fixture = await startDownloads()
      fixture.disk.fault = (step) => (step === 'rename' ? systemError(code) : null)
      const { id } = await fixture.enqueue()
      const { error } = await fixture.state('failed')
      expect(error).toMatchObject({ code: 'file_in_use', data: { file: FILE } })
      expect(readFileSync(fixture.part()).equals(fixture.bytes)).toBe(true)
      fixture.disk.fault = () => null
      const asked = fixture.asked()
      fixture.downloads.resume(id)
      await fixture.state('done')
      expect(fixture.asked()).toBe(asked)
      expect(fixture.got()?.equals(fixture.bytes)).toBe(true)
    },
  )

  it('a folder that can not be written is told as that', async () => {
    const fixture = await startDownloads()
    fixture.disk.fault = (step) => (step === 'makeFolder' ? systemError('EROFS') : null)
    await fixture.enqueue()
    const { error } = await fixture.state('failed')
    expect(error).toMatchObject({ code: 'folder_unwritable', data: { path: fixture.folder } })
  })

  it('fault 23: cancelling takes part, journal, lock and empty folders, and leaves what is someone else’s', async () => {
    const repos = ['ann/one', 'ben/two'].map((id) => ({ id, files: [{ path: FILE, bytes: content(4) }] }))
    const fixture = await startDownloads({ repos, knobs: slow })
    const first = await fixture.enqueue(FILE, 'ann/one')
    const second = await fixture.enqueue(FILE, 'ben/two')
    const two = join(fixture.root, 'huggingface', 'ben', 'two')
    await fixture.has(1, second.id)
    writeFileSync(join(two, 'notes.txt'), 'mine')
    writeFileSync(join(two, 'other.gguf.part'), 'mine too')
    await fixture.downloads.cancel(second.id)
    await fixture.downloads.cancel(first.id)
    expect(fixture.downloads.list()).toEqual([])
    expect(fixture.left().toSorted()).toEqual(['ben', 'huggingface', 'notes.txt', 'other.gguf.part', 'two'])
  })

  it('fault 23: parts that nobody fetches any more go at the start; nothing else does', async () => {
    const fixture = await startDownloads({ knobs: slow })
    const { id } = await fixture.enqueue()
    await fixture.has(1)
    await fixture.downloads.pause(id)
    const strange = join(fixture.root, 'strange')
    mkdirSync(strange)
    writeFileSync(join(strange, 'gone.gguf.part'), 'x')
    writeFileSync(join(strange, 'gone.gguf.part.json'), readFileSync(`${fixture.part()}.json`))
    writeFileSync(join(strange, 'film.part'), 'x')
    writeFileSync(join(strange, 'film.part.json'), '{"of":"another program"}')
    writeFileSync(join(strange, 'song.part'), 'x')
    await fixture.restart()
    await fixture.logged('parts that nobody fetches')
    expect(readdirSync(strange).toSorted()).toEqual(['film.part', 'film.part.json', 'song.part'])
    expect(existsSync(fixture.part())).toBe(true)
  })

  it('a file of the same name that holds something else is never written over', async () => {
    const fixture = await startDownloads()
    mkdirSync(fixture.folder, { recursive: true })
    writeFileSync(fixture.target(), 'my own')
    await fixture.enqueue()
    const { folder } = await fixture.state('done')
    expect(readFileSync(fixture.target(), 'utf8')).toBe('my own')
    expect(folder).not.toBe(fixture.folder)
    expect(readFileSync(join(folder, FILE)).equals(fixture.bytes)).toBe(true)
  })

  it('a file that is there already is not fetched', async () => {
    const fixture = await startDownloads()
    mkdirSync(fixture.folder, { recursive: true })
    writeFileSync(fixture.target(), fixture.bytes)
    await fixture.enqueue()
    await fixture.state('done')
    expect(fixture.asked()).toBe(0)
    expect(fixture.finished).toEqual([[fixture.target()]])
  })

  it('a plan that leads out of the folder is refused before anything is written', async () => {
    const fixture = await startDownloads()
    const plan = await fixture.hub.planFor({ repo: REPO, variant: 'Q4_K_M' }, {})
    fixture.add({ ...plan, folder: '../hearth-outside' })
    const { error } = await fixture.state('failed')
    expect(error?.code).toBe('name_invalid')
    expect(fixture.left()).toEqual([])
  })

  it('fault 24: a drive that holds no file so large says so', async () => {
    const fixture = await startDownloads()
    fixture.disk.fault = (step) => (step === 'truncate' ? systemError('EFBIG') : null)
    await fixture.enqueue()
    const { error } = await fixture.state('failed')
    expect(error).toMatchObject({ code: 'file_too_large', data: { path: fixture.folder } })
  })

  it('fault 24: a piece beyond 50 GB is asked for and written at its place', async () => {
    const size = 60_000_000_000
    const start = size - 1000
    const server = await startListening('cdn', [], (request, response) => {
      response.writeHead(206, { 'content-range': `${request.headers.range?.replace('=', ' ')}/${size}` })
      response.end(Buffer.alloc(1000, 7))
    })
    const http = testHttp()
    const written: [number, number][] = []
    const piece = { next: start, end: size }
    const signal = new AbortController().signal
    await fetchPiece(
      {
        http,
        sink: {
          write: (pieces, position) => {
            written.push([position, Buffer.concat(pieces).length])
            return Promise.resolve()
          },
        },
        delay: () => 0,
        sleep: () => Promise.resolve(),
        clock: () => 0,
        batchBytes: MEGABYTE,
        silenceMs: 5000,
        signal,
      },
      { url: `${server.origin}/x`, headers: {}, sizeBytes: size, sha256: null, revision: null, expiresAt: null },
      piece,
      size,
    )
    await http.close()
    await server.close()
    expect(written).toEqual([[start, 1000]])
    expect(piece.next).toBe(size)
  })
})
