import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { actor, libraryUnderTest, planFixture } from './library.testing.ts'

function setUp(more: Parameters<typeof libraryUnderTest>[0] = {}) {
  const trashed: string[] = []
  const trash = async (path: string) => {
    trashed.push(path)
    rmSync(path, { recursive: true })
  }
  const test = libraryUnderTest({ trash, ...more })
  const download = async (name: string, content = 'GGUF') => {
    const file = test.owned(`ollama/${name}/${name}.gguf`, content)
    await test.library.addDownloaded({ plan: planFixture(name), files: [file], actor })
    return file.path
  }
  return { ...test, trashed, download }
}

describe('a removed model', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is gone at once, its file waits beside the others, and both come back with everything', async () => {
    const { library, download, models, trashed } = setUp()
    const path = await download('a', 'GGUF-a')
    const before = library.update('a', { tags: ['mine'], favourite: true })
    const { undoId } = await library.remove('a')
    expect(library.find('a')).toBeUndefined()
    expect(existsSync(path)).toBe(false)
    expect(library.removed()).toEqual([{ name: 'a', path: join(models, '.removed', undoId, 'a.gguf') }])
    expect(await library.restore(undoId)).toEqual(before)
    expect(readFileSync(path, 'utf8')).toBe('GGUF-a')
    expect(existsSync(join(models, '.removed'))).toBe(false)
    await library.close()
    expect(trashed).toEqual([])
    expect(library.get('a')).toEqual(before)
  })

  it('lets go of its file before that is moved', async () => {
    const order: string[] = []
    const { library, download } = setUp({
      release: async (name) => {
        order.push(`${name} ${existsSync(path)} ${String(library.find(name))}`)
      },
    })
    const path = await download('a')
    await library.remove('a')
    expect(order).toEqual(['a true undefined'])
  })

  it('goes to the trash after a minute', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { library, download, trashed, models } = setUp()
    await download('a')
    const { undoId } = await library.remove('a')
    vi.advanceTimersByTime(59_999)
    expect(library.removed()).toHaveLength(1)
    vi.advanceTimersByTime(1)
    vi.useRealTimers()
    await vi.waitFor(() => expect(trashed.map((path) => basename(path))).toEqual(['a.gguf']), { timeout: 20_000 })
    await expect(library.restore(undoId)).rejects.toMatchObject({ code: 'not_found' })
    // No empty folders stay behind.
    expect(readdirSync(models)).toEqual([])
  })

  it('goes to the trash when Hearth ends, and is deleted where there is none', async () => {
    const withTrash = setUp()
    await withTrash.download('a')
    await withTrash.library.remove('a')
    await withTrash.library.close()
    expect(withTrash.trashed).toHaveLength(1)

    const { library, owned, models } = libraryUnderTest()
    await library.addDownloaded({ plan: planFixture('a'), files: [owned('a/a.gguf')], actor })
    await library.remove('a')
    await library.close()
    expect(readdirSync(models)).toEqual([])
  })

  it('that a killed run left behind is passed on at the next start', async () => {
    const { library, download, open, trashed, models } = setUp()
    await download('a')
    await library.remove('a')
    const lost = join(models, '.removed', 'lost')
    mkdirSync(lost)
    writeFileSync(join(lost, 'b.gguf'), 'GGUF')
    const fresh = join(models, '.removed', 'of-another-hearth')
    mkdirSync(fresh)
    utimesSync(lost, 0, 0)
    utimesSync(fresh, 4000, 4000)
    await open({ now: () => 4_000_000 + 60_000 }).close()
    expect(trashed.map((path) => basename(path))).toEqual(['a.gguf', 'lost'])
    expect(existsSync(fresh)).toBe(true)
  })

  it('leaves a file to the model that shares it, until that is gone too', async () => {
    const { library, download, trashed } = setUp()
    const path = await download('a')
    library.duplicate('a', 'b', actor)
    await library.remove('a')
    await library.close()
    expect(library.get('b').path).toBe(path)
    const { undoId } = await library.remove('b')
    expect(existsSync(path)).toBe(false)
    await library.restore(undoId)
    expect(library.get('b').problem).toBeNull()
    await library.remove('b')
    await library.close()
    expect(trashed).toHaveLength(1)
  })

  it('comes back with its file even when that went with a later one', async () => {
    const { library, download } = setUp()
    const path = await download('a')
    library.duplicate('a', 'b', actor)
    const first = await library.remove('a')
    const second = await library.remove('b')
    await library.restore(first.undoId)
    expect(library.get('a').path).toBe(path)
    await library.restore(second.undoId)
    expect(library.get('b').path).toBe(path)
  })

  it('leaves a file to a model that uses it through a link', async () => {
    const { library, download, folder, trashed } = setUp()
    const path = await download('a')
    const link = join(folder, 'link.gguf')
    symlinkSync(path, link)
    await library.add(link, actor)
    await library.remove('a')
    await library.close()
    expect(trashed).toEqual([])
    expect(library.get('link').problem).toBeNull()
  })

  it('never takes what is not our own with it', async () => {
    const { library, file, folder, trashed, download } = setUp()
    const theirs = file('theirs.gguf')
    await library.add(theirs, actor)
    const document = file('guide.txt')
    await download('a')
    await library.create({ name: 'made', modelfile: 'FROM a\nFILE guide.txt', folder, actor })
    await library.remove('theirs')
    await library.remove('made')
    await library.close()
    expect([existsSync(theirs), existsSync(document)]).toEqual([true, true])
    expect(trashed).toEqual([])
    expect(library.get('a').problem).toBeNull()
  })

  it('comes back beside one that took its name and its place', async () => {
    const { library, download } = setUp()
    const path = await download('a', 'GGUF-old')
    const { undoId } = await library.remove('a')
    await download('a', 'GGUF-new')
    const restored = await library.restore(undoId)
    expect(restored).toMatchObject({ name: 'a-2', problem: null })
    expect(readFileSync(restored.path, 'utf8')).toBe('GGUF-old')
    expect(readFileSync(path, 'utf8')).toBe('GGUF-new')
  })

  it('on another drive waits there', async () => {
    const { library, file, folder } = setUp()
    const path = file('drive/a.gguf')
    const own = { path, sizeBytes: 4, sha256: null, role: 'weights' as const, owned: true }
    await library.addDownloaded({ plan: planFixture('a'), files: [own], actor })
    const { undoId } = await library.remove('a')
    expect(library.removed()[0]?.path).toBe(join(folder, 'drive', '.removed', undoId, 'a.gguf'))
    await library.close()
    expect(readdirSync(join(folder, 'drive'))).toEqual([])
  })

  it('can be dropped at once to free its space', async () => {
    const { library, download, trashed } = setUp()
    await download('a')
    await download('b')
    await library.remove('a')
    await library.remove('b')
    await library.forgetRemoved(library.removed()[0]?.path ?? '')
    expect(trashed).toHaveLength(1)
    expect(library.removed().map(({ name }) => name)).toEqual(['b'])
  })

  it('keeps its file where the trash refuses it', async () => {
    const { library, download, models } = setUp({ trash: () => Promise.reject(new Error('no trash on this drive')) })
    await download('a')
    const { undoId } = await library.remove('a')
    await library.close()
    expect(existsSync(join(models, '.removed', undoId, 'a.gguf'))).toBe(true)
  })

  it('that is unknown, or a starter, is told so', async () => {
    const { library } = setUp()
    await expect(library.remove('gpt-5')).rejects.toMatchObject({ code: 'model_not_found' })
    await expect(library.remove('starter')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(library.restore('../x')).rejects.toMatchObject({ code: 'not_found' })
  })
})
