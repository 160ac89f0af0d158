import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemError } from './disk.testing.ts'
import { content, FILE, MEGABYTE, startDownloads } from './downloads.testing.ts'
import { lockPath } from './journal.ts'

const slow = { bytesPerSecond: 2 * MEGABYTE }

describe('many at once', () => {
  it('fault 18: the same model asked for twice is one download', async () => {
    const fixture = await startDownloads({ knobs: slow })
    const [first, second] = await Promise.all([fixture.enqueue(), fixture.enqueue()])
    expect(second.id).toBe(first.id)
    fixture.double.knobs.bytesPerSecond = null
    await fixture.state('done')
    expect(fixture.asked()).toBe(fixture.bytes.length)
  })

  it('fault 18: the same file in two models is fetched once', async () => {
    const bytes = content(4)
    const repos = ['ann/one', 'ben/two'].map((id) => ({ id, files: [{ path: FILE, bytes }] }))
    const fixture = await startDownloads({ repos, knobs: slow })
    const first = await fixture.enqueue(FILE, 'ann/one')
    const second = await fixture.enqueue(FILE, 'ben/two')
    await fixture.has(1, first.id)
    fixture.double.knobs.bytesPerSecond = null
    for (const { id } of [first, second]) {
      const { folder } = await fixture.state('done', id)
      expect(readFileSync(join(folder, FILE)).equals(bytes)).toBe(true)
    }
    expect(fixture.asked()).toBe(bytes.length)
  })

  it('fault 18: who waits for a file of another download gets it when that one is cancelled', async () => {
    const bytes = content(4)
    const repos = ['ann/one', 'ben/two'].map((id) => ({ id, files: [{ path: FILE, bytes }] }))
    const fixture = await startDownloads({ repos, knobs: slow })
    const first = await fixture.enqueue(FILE, 'ann/one')
    const second = await fixture.enqueue(FILE, 'ben/two')
    await fixture.has(1, first.id)
    const { doneBytes } = fixture.one(first.id)
    await fixture.downloads.cancel(first.id)
    fixture.double.knobs.bytesPerSecond = null
    const asked = fixture.asked()
    const { folder } = await fixture.state('done', second.id)
    expect(fixture.asked() - asked).toBeLessThanOrEqual(bytes.length - doneBytes)
    expect(readFileSync(join(folder, FILE)).equals(bytes)).toBe(true)
    expect(fixture.downloads.list()).toHaveLength(1)
  })

  it('fault 18: cancelling who only waits for the file leaves the one that fetches it alone', async () => {
    const bytes = content(4)
    const repos = ['ann/one', 'ben/two', 'cid/three'].map((id) => ({ id, files: [{ path: FILE, bytes }] }))
    const fixture = await startDownloads({ repos, knobs: slow })
    fixture.settings.parallel = 3
    const first = await fixture.enqueue(FILE, 'ann/one')
    const waiting = await fixture.enqueue(FILE, 'ben/two')
    await fixture.has(1, first.id)
    await fixture.downloads.cancel(waiting.id)
    const third = await fixture.enqueue(FILE, 'cid/three')
    await fixture.has(2, first.id)
    fixture.double.knobs.bytesPerSecond = null
    await fixture.state('done', first.id)
    await fixture.state('done', third.id)
    expect(fixture.asked()).toBe(bytes.length)
  })

  it('a file that the library has is linked, not fetched; one that only pretends is fetched', async () => {
    const bytes = content(2)
    let own = ''
    const fixture = await startDownloads({ files: [{ path: FILE, bytes }], deps: { findOwnFile: () => own } })
    own = join(fixture.root, 'own.gguf')
    writeFileSync(own, bytes)
    await fixture.enqueue()
    await fixture.state('done')
    expect(fixture.got()?.equals(bytes)).toBe(true)
    expect(fixture.asked()).toBe(0)

    const other = content(2)
    const pretender = await startDownloads({ files: [{ path: FILE, bytes: other }], deps: { findOwnFile: () => own } })
    await pretender.enqueue()
    await pretender.state('done')
    expect(pretender.got()?.equals(other)).toBe(true)
    expect(readFileSync(own).equals(bytes)).toBe(true)
  })

  it('fault 19: a target that another process writes is in use; the lock of one that was killed is not', async () => {
    const fixture = await startDownloads()
    mkdirSync(fixture.folder, { recursive: true })
    const sqlite = createRequire(import.meta.url).resolve('@photostructure/sqlite')
    const script = `const { DatabaseSync } = require(${JSON.stringify(sqlite)})
      const lock = new DatabaseSync(${JSON.stringify(lockPath(fixture.target()))})
      lock.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
      console.log('held')
      setInterval(() => lock, 1000)`
    const holder = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(holder.stdout, 'data')
    const { id } = await fixture.enqueue()
    const { error } = await fixture.state('failed')
    expect(error).toMatchObject({ code: 'file_in_use', data: { file: FILE } })
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    expect(readdirSync(fixture.folder)).toEqual([`${FILE}.part.lock`])
    fixture.downloads.resume(id)
    await fixture.state('done')
    expect(readdirSync(fixture.folder)).toEqual([FILE])
  })

  it('fault 22: one shard of five fails: the set is not handed over, and only that one is fetched again', async () => {
    const paths = [1, 2, 3, 4, 5].map((part) => `big-Q8_0-0000${part}-of-00005.gguf`)
    const files = paths.map((path) => ({ path, bytes: content(1) }))
    const fixture = await startDownloads({ files })
    fixture.disk.fault = (step, path) => (step === 'write' && path.includes('00003-of') ? systemError('EIO') : null)
    const { id } = await fixture.enqueue('Q8_0')
    const failed = await fixture.state('failed')
    expect(failed.files.map(({ state }) => state)).toEqual(['done', 'done', 'failed', 'waiting', 'waiting'])
    expect(fixture.finished).toEqual([])
    fixture.disk.fault = () => null
    const asked = fixture.asked()
    fixture.downloads.resume(id)
    await fixture.state('done')
    expect(fixture.asked() - asked).toBe(3 * MEGABYTE)
    expect(fixture.finished).toEqual([paths.map((path) => fixture.target(path))])
    for (const { path, bytes } of files) expect(fixture.got(path)?.equals(bytes)).toBe(true)
  })

  it('fetches in the order of the queue, which can be changed', async () => {
    const repos = ['ann/a', 'ann/b', 'ann/c'].map((id) => ({ id, files: [{ path: FILE, bytes: content(1) }] }))
    const fixture = await startDownloads({ repos, knobs: { bytesPerSecond: MEGABYTE / 8 } })
    fixture.settings.parallel = 1
    const ids: string[] = []
    for (const { id } of repos) ids.push((await fixture.enqueue(FILE, id)).id)
    await fixture.state('downloading', ids[0])
    fixture.downloads.move(ids[2] ?? '', 1)
    expect(fixture.downloads.list().map(({ state }) => state)).toEqual(['downloading', 'queued', 'queued'])
    await fixture.restart()
    fixture.double.knobs.bytesPerSecond = null
    for (const id of ids) await fixture.state('done', id)
    expect(fixture.events.map((event) => event.split(/[/:]/)[2])).toEqual(['a', 'c', 'b'])
    fixture.downloads.clearFinished()
    expect(fixture.downloads.list()).toEqual([])
  })

  it('pauses and resumes all', async () => {
    const repos = ['ann/a', 'ann/b', 'ann/c'].map((id) => ({ id, files: [{ path: FILE, bytes: content(2) }] }))
    const fixture = await startDownloads({ repos, knobs: { bytesPerSecond: MEGABYTE / 8 } })
    for (const { id } of repos) await fixture.enqueue(FILE, id)
    await fixture.downloads.pauseAll()
    expect(fixture.downloads.list().map(({ state }) => state)).toEqual(['paused', 'paused', 'paused'])
    fixture.double.knobs.bytesPerSecond = null
    fixture.downloads.resumeAll()
    for (const { id } of fixture.downloads.list()) await fixture.state('done', id)
  })
})
