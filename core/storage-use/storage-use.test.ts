import { createHash } from 'node:crypto'
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Download } from '../../shared/domain/downloads.ts'
import type { Model } from '../../shared/domain/models.ts'
import type { StorageState } from '../../shared/domain/storage.ts'
import { modelFixture } from '../models/model.testing.ts'
import type { StorageUseDeps } from './deps.ts'
import { createStorageUse } from './storage-use.ts'
import { failureOf, fakeDeps, fakeModels, fileAt, person } from './storage-use.testing.ts'

const DAY = 24 * 60 * 60 * 1000
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

function setUp(overrides: Partial<StorageUseDeps> = {}) {
  const models = fakeModels()
  const downloads: Download[] = []
  const deps = fakeDeps({ models, downloads: () => downloads, ...overrides })
  const at = (...parts: string[]) => join(deps.home, ...parts)
  const write = (name: string, content: string | Buffer) => {
    mkdirSync(dirname(at(name)), { recursive: true })
    writeFileSync(at(name), content)
    return at(name)
  }
  return {
    ...deps,
    models,
    downloads,
    at,
    write,
    storage: createStorageUse(deps),
    /** Another start of the program over the same disk. */
    again: (changes: Partial<StorageUseDeps> = {}) => createStorageUse({ ...deps, ...changes }),
    model(name: string, content: string, model: Partial<Omit<Model, 'facts'>> = {}, owned = true) {
      const path = write(`models/huggingface/${name}.gguf`, content)
      const files = [fileAt(path, owned)]
      models.models.push(modelFixture({ name, path, origin: 'hub', files, addedAt: deps.now(), ...model }))
      return path
    },
    /** A part and its journal, as a download leaves them. */
    part(target: string, content: string) {
      const source = { hub: 'huggingface', repo: 'owner/repo', revision: 'abc', path: 'x.gguf' }
      write(`${target}.part`, content)
      write(
        `${target}.part.json`,
        JSON.stringify({ app: 'hearth', source, sizeBytes: 9, sha256: null, doneRanges: [] }),
      )
      return at(target)
    },
  }
}

function download(folder: string, path: string, state: Download['state'], sizeBytes: number | null = null): Download {
  return Download.parse({
    id: path,
    name: 'queued-model',
    title: 'T',
    hub: 'huggingface',
    repo: 'owner/repo',
    revision: 'abc',
    variant: 'Q4',
    state,
    totalBytes: sizeBytes,
    doneBytes: 0,
    bytesPerSecond: 0,
    secondsLeft: null,
    files: [{ path, sizeBytes, doneBytes: 0, state: 'waiting' }],
    folder,
    waitingUntil: null,
    error: null,
    createdAt: 0,
    finishedAt: null,
  })
}

const listed = ({ freeable }: StorageState) => freeable.map(({ kind, path }) => [kind, path])

describe('what everything takes', { timeout: 60_000 }, () => {
  it('adds up models, other programs’ files, parts, chats, backups and logs', async () => {
    const { storage, model, write, part } = setUp()
    model('a', 'x'.repeat(1000))
    model('theirs', 'y'.repeat(500), {}, false)
    part('models/huggingface/p.gguf', 'z'.repeat(4096))
    write('models/.removed/u1/old.gguf', 'r'.repeat(70))
    write('hearth.db', 'd'.repeat(30))
    write('hearth.db-wal', 'd'.repeat(5))
    write('backups/hearth-1.db', 'b'.repeat(20))
    write('hearth.damaged-5.db', 'b'.repeat(2))
    write('logs/core.log', 'l'.repeat(11))
    const state = await storage.usage()
    expect(state).toMatchObject({
      models: 1000,
      usedInPlace: 500,
      partial: 4096,
      removed: 70,
      chats: 35,
      backups: 22,
      logs: 11,
    })
    expect(state.drives[0]?.models).toBe(1000)
    expect(state.drives[0]?.totalBytes).toBeGreaterThan(state.drives[0]?.freeBytes ?? Infinity)
  })

  it('counts a file once, however many models and names lead to it', async () => {
    const { storage, model, models, at } = setUp()
    const path = model('a', 'x'.repeat(1000))
    linkSync(path, at('models', 'linked.gguf'))
    const linked = fileAt(at('models', 'linked.gguf'), true)
    models.models.push(modelFixture({ name: 'made', origin: 'made', path, files: [fileAt(path, true)] }))
    models.models.push(modelFixture({ name: 'b', path: linked.path, files: [linked] }))
    expect((await storage.usage()).models).toBe(1000)
  })

  it('is nothing before there is anything', async () => {
    const state = await setUp().storage.usage()
    expect(state).toMatchObject({ models: 0, partial: 0, removed: 0, chats: 0, freeable: [] })
    expect(state.drives).toHaveLength(1)
  })
})

describe('what could be freed', { timeout: 60_000 }, () => {
  it('parts that no download goes on with, and never those that one will', async () => {
    const { storage, part, downloads, at } = setUp()
    const lost = part('models/huggingface/lost.gguf', 'x'.repeat(5000))
    part('models/huggingface/paused.gguf', 'x')
    downloads.push(download(at('models', 'huggingface'), 'paused.gguf', 'paused'))
    expect(listed(await storage.usage())).toEqual([['partial', lost]])
    const after = await storage.free(lost)
    expect(after.freeable).toEqual([])
    expect(readdirSync(at('models', 'huggingface')).toSorted()).toEqual(['paused.gguf.part', 'paused.gguf.part.json'])
  })

  it.each([
    ['a .part without a journal', 'x.gguf.part', null],
    ['a journal of something else', 'x.gguf.part', '{"url":"https://example.org"}'],
    ['a part that is named like one', 'holiday.part', '[]'],
  ])("not another program's: %s", async (_case, name, journal) => {
    const { storage, write } = setUp()
    const path = write(`models/huggingface/${name}`, 'precious')
    if (journal !== null) write(`models/huggingface/${name}.json`, journal)
    expect((await storage.usage()).freeable).toEqual([])
    expect((await failureOf(storage.free(path))).code).toBe('not_found')
    expect(readFileSync(path, 'utf8')).toBe('precious')
  })

  it('files that we wrote and no model uses any more, even when the library was lost; into the trash', async () => {
    const trashed: string[] = []
    const desktop = { trash: (path: string) => Promise.resolve(void trashed.push(path)) }
    const { storage, again, model } = setUp()
    const path = model('a', 'x'.repeat(100))
    await storage.usage()
    const later = again({ models: fakeModels(), desktop })
    expect(listed(await later.usage())).toEqual([['orphan', path]])
    await later.free(path)
    expect(trashed).toEqual([path])
    expect(existsSync(path)).toBe(true)
  })

  it('what a download wrote just before a crash; away where there is no trash', async () => {
    const { storage, write, downloads, at } = setUp()
    const path = write('models/huggingface/owner/repo/x.gguf', 'weights')
    downloads.push(download(at('models', 'huggingface', 'owner', 'repo'), 'x.gguf', 'done', 7))
    expect(listed(await storage.usage())).toEqual([['orphan', path]])
    await storage.free(path)
    expect(existsSync(at('models', 'huggingface'))).toBe(false)
    expect(existsSync(at('models'))).toBe(true)
  })

  it('never a file that a person put there, or put in the place of ours', async () => {
    const { storage, again, model, write, downloads, at } = setUp()
    const path = model('a', 'ours')
    await storage.usage()
    writeFileSync(path, 'mine')
    utimesSync(path, 5, 5)
    const mine = write('models/huggingface/my-own.gguf', 'GGUF mine')
    const outside = write('Documents/x.gguf', 'GGUF')
    downloads.push(download(at('Documents'), 'x.gguf', 'done', 4))
    downloads.push(download(at('models', 'huggingface'), 'my-own.gguf', 'done', 77))
    const later = again({ models: fakeModels() })
    expect((await later.usage()).freeable).toEqual([])
    for (const file of [path, mine, outside, at('hearth.db'), '/etc/passwd', at('models'), '']) {
      expect((await failureOf(later.free(file))).code).toBe('not_found')
    }
  })

  it('nothing that a damaged list of written files names', async () => {
    const { storage, write, at } = setUp()
    const precious = write('models/precious.gguf', 'precious')
    write('written-files.json', JSON.stringify({ version: 1, files: [{ path: precious, sizeBytes: 8 }] }))
    const outside = write('letter.txt', 'precious')
    const { size: sizeBytes, mtimeMs } = statSync(outside)
    const sneaky = [outside, at('models', '..', 'letter.txt')].map((path) => ({ path, sizeBytes, mtimeMs }))
    expect((await storage.usage()).freeable).toEqual([])
    write('written-files.json', JSON.stringify({ version: 1, files: sneaky }))
    expect((await setUp({ home: at() }).storage.usage()).freeable).toEqual([])
  })

  it('models that nobody used for 60 days, if that gives something back', async () => {
    const { storage, model, models, now } = setUp()
    const old = { addedAt: now() - 100 * DAY }
    const path = model('old', 'o'.repeat(10), old)
    model('used', 'u', { ...old, lastUsedAt: now() - DAY })
    model('new', 'n', { addedAt: now() - DAY })
    model('loved', 'l', { ...old, favourite: true })
    model('theirs', 't', old, false)
    const shared = model('base', 's', old)
    models.models.push(
      modelFixture({ name: 'made', origin: 'made', path: shared, files: [fileAt(shared, true)], addedAt: now() }),
    )
    expect((await storage.usage()).freeable).toEqual([
      { kind: 'unused', name: 'old', path, bytes: 10, lastUsedAt: null },
    ])
    await storage.free(path)
    expect(models.find('old')).toBeUndefined()
  })

  it('removed models, through the library', async () => {
    const { models, write, again } = setUp()
    const path = write('models/.removed/u1/x.gguf', 'xx')
    const storage = again({ models: { ...models, removed: () => [{ name: 'gone', path }] } })
    expect((await storage.usage()).freeable).toEqual([
      { kind: 'removed', name: 'gone', path, bytes: 2, lastUsedAt: null },
    ])
    await storage.free(path)
    expect(models.forgotten).toEqual([path])
  })

  it('copies of our own files: one stays', async () => {
    const { storage, model, models } = setUp()
    const text = 'same'.repeat(1000)
    const a = model('a', text)
    const b = model('b', text)
    for (const path of [a, b]) models.setFileHash(path, sha256(text))
    expect(listed(await storage.usage())).toEqual([['duplicate', b]])
    await storage.free(b)
    expect(readFileSync(b, 'utf8')).toBe(text)
    expect((await storage.usage()).freeable).toEqual([])
  })

  it('backups but the newest', async () => {
    const { storage, write, at } = setUp()
    const old = write('backups/hearth-1.db', 'x')
    write('backups/hearth-2.db', 'x')
    write('backups/notes.txt', 'x')
    expect(listed(await storage.usage())).toEqual([['backups', old]])
    await storage.free(old)
    expect(readdirSync(at('backups')).toSorted()).toEqual(['hearth-2.db', 'notes.txt'])
  })
})

describe('using other programs’ models', { timeout: 60_000 }, () => {
  /** A person who has Ollama with one model. */
  function withOllama() {
    const given = setUp()
    const content = 'GGUF weights'
    const blob = given.write(`person/.ollama/models/blobs/sha256-${sha256(content)}`, content)
    const layer = {
      mediaType: 'application/vnd.ollama.image.model',
      digest: `sha256:${sha256(content)}`,
      size: content.length,
    }
    given.write(
      'person/.ollama/models/manifests/registry.ollama.ai/library/tiny/latest',
      JSON.stringify({ layers: [layer] }),
    )
    return { ...given, blob }
  }

  it('adds them where they lie, under the names that they have there', async () => {
    const { storage, blob } = withOllama()
    expect(await storage.findOthers(null)).toMatchObject([
      { app: 'ollama', name: 'tiny:latest', path: blob, known: false },
    ])
    const [model] = await storage.useInPlace([blob], person)
    expect(model).toMatchObject({ name: 'tiny', path: blob, files: [{ owned: false }] })
    expect(await storage.findOthers(null)).toMatchObject([{ path: blob, known: true }])
  })

  it('gives the next free name when that one is taken', async () => {
    const { storage, blob, models } = withOllama()
    models.models.push(modelFixture({ name: 'tiny' }))
    expect((await storage.useInPlace([blob], person))[0]?.name).toBe('tiny-2')
  })

  it('takes what can be used and leaves out the rest', async () => {
    const { storage, write } = setUp()
    const good = write('downloads/a.gguf', 'GGUF a')
    const bad = write('downloads/b.gguf', '<html>')
    expect(await storage.useInPlace([bad, '/nowhere.gguf', good], person)).toHaveLength(1)
    const error = await failureOf(storage.useInPlace([bad, '/etc/passwd'], person))
    expect(error.code).toBe('model_file_invalid')
  })

  it('replaces no file of a model that is in memory, nor one that is being downloaded', async () => {
    const text = 'same'.repeat(1000)
    const { model, models, again, downloads, at } = setUp()
    for (const path of [model('a', text), model('b', text)]) models.setFileHash(path, sha256(text))
    const loaded = again({ isLoaded: (name) => name === 'b' })
    expect((await failureOf(loaded.makeOneCopy(sha256(text), false))).code).toBe('file_in_use')
    downloads.push(download(at('models', 'huggingface'), 'a.gguf', 'downloading'))
    expect((await failureOf(again().makeOneCopy(sha256(text), false))).code).toBe('file_in_use')
  })
})

describe('after a crash during an import', { timeout: 60_000 }, () => {
  it('clears what was left, but not what may be under way', async () => {
    const { write, again, at } = setUp()
    write('models/.importing/old/x.gguf', 'x')
    write('models/.importing/new/x.gguf', 'x')
    const now = Date.now()
    utimesSync(at('models/.importing/old'), now / 1000 - 100_000, now / 1000 - 100_000)
    again({ now: () => now })
    await expect.poll(() => readdirSync(at('models/.importing')), { timeout: 10_000 }).toEqual(['new'])
  })
})
