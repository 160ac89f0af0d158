import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { EqualFiles } from '../../../shared/domain/storage.ts'
import { hashFile } from '../../lib/hash-file.ts'
import { modelFixture } from '../../models/model.testing.ts'
import type { Found } from '../others/finder.ts'
import { fakeDeps, fakeModels, failureOf, fileAt } from '../storage-use.testing.ts'
import { createEqualFinder, type EqualFinder } from './equal.ts'

const BYTES = Buffer.alloc(100_000, 'weights')
const SHA256 = createHash('sha256').update(BYTES).digest('hex')

/** Files of the library and of Ollama with the same bytes, and one that is only as long. */
function setUp(options: { known?: boolean; busy?: () => string[]; hash?: typeof hashFile } = {}) {
  const deps = fakeDeps()
  const models = fakeModels()
  const others: Found[] = []
  const hashed: string[] = []
  const at = (name: string) => join(deps.home, name)
  const write = (name: string, content: Buffer = BYTES) => {
    mkdirSync(dirname(at(name)), { recursive: true })
    writeFileSync(at(name), content)
    return at(name)
  }
  const finder = () =>
    createEqualFinder({
      ...deps,
      models,
      isBusy: (path) => options.busy?.().includes(path) ?? false,
      findOthers: () => Promise.resolve(others),
      hashFile: (path, onProgress, signal) => {
        hashed.push(path)
        return (options.hash ?? hashFile)(path, onProgress, signal)
      },
    })
  return {
    ...deps,
    models,
    hashed,
    at,
    write,
    finder,
    own(name: string, content?: Buffer, sha256: string | null = null) {
      const path = write(name, content)
      models.models.push(modelFixture({ name, path, origin: 'hub', files: [fileAt(path, true, { sha256 })] }))
      return path
    },
    ollama(name: string, content?: Buffer, sha256: string | null = null) {
      const path = write(name, content)
      others.push({ app: 'ollama', name, path, sizeBytes: statSync(path).size, sha256, suggestedName: name })
      return path
    },
  }
}

async function equalOf(finder: EqualFinder, signal?: AbortSignal): Promise<EqualFiles[]> {
  for await (const value of finder.findEqual(signal)) if ('equal' in value) return value.equal
  throw new Error('It ended without an answer.')
}

const inode = (path: string) => statSync(path).ino

/** Whether the bytes lie on the disk once: one inode, or on a drive that clones, the same content. */
function isJoined(how: string, a: string, b: string): boolean {
  return how === 'reflink' ? readFileSync(a).equals(readFileSync(b)) : inode(a) === inode(b)
}

describe('finding equal files', { timeout: 60_000 }, () => {
  it('tells which are equal, whose they are and what one copy would give back', async () => {
    const { own, ollama, finder, models } = setUp()
    const mine = own('models/a.gguf')
    const theirs = ollama('ollama/blob')
    own('models/other.gguf', Buffer.alloc(100_000, 'different'))
    own('models/short.gguf', Buffer.alloc(10, 'x'))
    expect(await equalOf(finder())).toEqual([
      {
        sha256: SHA256,
        sizeBytes: BYTES.length,
        files: [
          { path: mine, owner: 'hearth', shared: false },
          { path: theirs, owner: 'ollama', shared: false },
        ],
        regainBytes: BYTES.length,
        touchesOthers: false,
      },
    ])
    expect(models.models[0]?.files[0]?.sha256).toBe(SHA256)
  })

  it('reads only what has an equal size and no known hash, and nothing twice', async () => {
    const { own, ollama, finder, hashed } = setUp()
    const mine = own('models/a.gguf')
    ollama('ollama/blob', BYTES, SHA256)
    own('models/alone.gguf', Buffer.alloc(5, 'x'))
    const equal = finder()
    await equalOf(equal)
    await equalOf(equal)
    expect(hashed).toEqual([mine])
  })

  it('says that two programs’ files would be touched', async () => {
    const { ollama, finder } = setUp()
    ollama('ollama/one')
    ollama('jan/two')
    expect(await equalOf(finder())).toMatchObject([{ touchesOthers: true }])
  })

  it('counts files that share their bytes already once, and tells of none when all do', async () => {
    const { own, at, finder, models } = setUp()
    const first = own('models/a.gguf')
    linkSync(first, at('models/b.gguf'))
    models.models.push(
      modelFixture({ name: 'b', path: at('models/b.gguf'), files: [fileAt(at('models/b.gguf'), true)] }),
    )
    expect(await equalOf(finder())).toEqual([])
    own('models/c.gguf')
    expect(await equalOf(finder())).toMatchObject([
      { regainBytes: BYTES.length, files: [{ shared: true }, { shared: true }, { shared: false }] },
    ])
  })

  it('leaves what ships with Hearth alone', async () => {
    const { own, write, finder, models } = setUp()
    own('models/a.gguf')
    const starter = write('program/a.gguf')
    models.models.push(modelFixture({ name: 's', origin: 'starter', path: starter, files: [fileAt(starter, true)] }))
    expect(await equalOf(finder())).toEqual([])
  })

  it('stops when it is told to', async () => {
    const { own, finder } = setUp()
    own('models/a.gguf')
    own('models/b.gguf')
    await expect(equalOf(finder(), AbortSignal.abort())).rejects.toThrow(/abort/i)
  })

  it('goes on when a file can not be read', async () => {
    const { own, at, finder } = setUp({
      hash: (path, ...rest) =>
        path === at('models/c.gguf') ? Promise.reject(new Error('EIO')) : hashFile(path, ...rest),
    })
    for (const name of ['a', 'b', 'c']) own(`models/${name}.gguf`)
    expect((await equalOf(finder()))[0]?.files).toHaveLength(2)
  })
})

describe('making one copy', { timeout: 60_000 }, () => {
  it('puts a link in the place of our own file, and the other program’s stays as it is', async () => {
    const { own, ollama, finder } = setUp()
    const mine = own('models/a.gguf', BYTES, SHA256)
    const theirs = ollama('ollama/blob', BYTES, SHA256)
    const before = statSync(theirs)
    const result = await finder().makeOneCopy(SHA256, false)
    expect(result).toMatchObject({ regainedBytes: BYTES.length, files: [mine] })
    expect(isJoined(result.how, mine, theirs)).toBe(true)
    expect(statSync(theirs)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs, mode: before.mode })
    expect(readFileSync(mine).equals(BYTES)).toBe(true)
  })

  it('touches files of others only when that was said', async () => {
    const { ollama, finder } = setUp()
    const one = ollama('ollama/one', BYTES, SHA256)
    const two = ollama('jan/two', BYTES, SHA256)
    const before = [inode(one), inode(two)]
    expect((await failureOf(finder().makeOneCopy(SHA256, false))).code).toBe('forbidden')
    expect([inode(one), inode(two)]).toEqual(before)
    const { how, files } = await finder().makeOneCopy(SHA256, true)
    expect(files).toEqual([two])
    expect(isJoined(how, one, two)).toBe(true)
  })

  it('reads both again: a hash that is out of date joins nothing', async () => {
    const { own, finder } = setUp()
    const a = own('models/a.gguf', BYTES, SHA256)
    const changed = Buffer.from(BYTES)
    changed[500] = 0
    const b = own('models/b.gguf', changed, SHA256)
    const before = [inode(a), inode(b)]
    expect((await failureOf(finder().makeOneCopy(SHA256, false))).code).toBe('model_file_invalid')
    expect([inode(a), inode(b)]).toEqual(before)
    expect(readFileSync(b).equals(changed)).toBe(true)
  })

  it('leaves a file alone that changes while it is read', async () => {
    const { own, at, finder } = setUp({
      hash: async (path, ...rest) => {
        const sum = await hashFile(path, ...rest)
        if (path === at('models/b.gguf')) writeFileSync(path, Buffer.alloc(100_000, 'written meanwhile'))
        return sum
      },
    })
    own('models/a.gguf', BYTES, SHA256)
    const b = own('models/b.gguf', BYTES, SHA256)
    expect((await failureOf(finder().makeOneCopy(SHA256, false))).code).toBe('model_file_invalid')
    expect(readFileSync(b).toString()).toContain('meanwhile')
    expect(readdirSync(dirname(b))).toEqual(['a.gguf', 'b.gguf'])
  })

  it('leaves a file alone that changes after it was read', async () => {
    let asked = 0
    const { own, at, finder } = setUp({
      busy: () => {
        // Two files are asked after at the beginning, each by two paths; then the one that is about to be replaced.
        if (++asked === 5) writeFileSync(at('models/b.gguf'), Buffer.alloc(100_000, 'written meanwhile'))
        return []
      },
    })
    own('models/a.gguf', BYTES, SHA256)
    const b = own('models/b.gguf', BYTES, SHA256)
    expect((await failureOf(finder().makeOneCopy(SHA256, false))).code).toBe('model_file_invalid')
    expect(readFileSync(b).toString()).toContain('meanwhile')
    expect(readdirSync(dirname(b))).toEqual(['a.gguf', 'b.gguf'])
  })

  it('waits for nobody: a file in use is refused', async () => {
    const busy: string[] = []
    const { own, finder } = setUp({ busy: () => busy })
    own('models/a.gguf', BYTES, SHA256)
    busy.push(own('models/b.gguf', BYTES, SHA256))
    expect((await failureOf(finder().makeOneCopy(SHA256, false))).code).toBe('file_in_use')
    expect(inode(busy[0] ?? '')).not.toBe(0)
  })

  it('says so when there is nothing to join', async () => {
    const { finder } = setUp()
    expect((await failureOf(finder().makeOneCopy('0'.repeat(64), true))).code).toBe('not_found')
  })
})

describe('undoing it', { timeout: 60_000 }, () => {
  it('gives each file its own bytes, mode and time back, after a restart too', async () => {
    const { own, ollama, finder, home } = setUp()
    const mine = own('models/a.gguf', BYTES, SHA256)
    chmodSync(mine, 0o640)
    utimesSync(mine, 1_000_000, 1_000_000)
    const theirs = ollama('ollama/blob', BYTES, SHA256)
    const { undoId } = await finder().makeOneCopy(SHA256, false)
    const restarted = finder()
    await restarted.undoOneCopy(undoId)
    expect(inode(mine)).not.toBe(inode(theirs))
    expect(readFileSync(mine).equals(BYTES)).toBe(true)
    expect(statSync(mine).mode & 0o777).toBe(0o640)
    expect(statSync(mine).mtimeMs).toBe(1_000_000_000)
    expect(readdirSync(join(home, 'one-copy'))).toEqual([])
    expect((await failureOf(restarted.undoOneCopy(undoId))).code).toBe('not_found')
  })

  it('is refused when the disk is too small, and can be asked for again', async () => {
    const { own, finder, home } = setUp()
    const a = own('models/a.gguf', BYTES, SHA256)
    const b = own('models/b.gguf', BYTES, SHA256)
    const { undoId } = await finder().makeOneCopy(SHA256, false)
    const file = join(home, 'one-copy', `${undoId}.json`)
    const record = readFileSync(file, 'utf8')
    writeFileSync(file, record.replace(`"sizeBytes": ${BYTES.length}`, `"sizeBytes": ${2 ** 50}`))
    expect((await failureOf(finder().undoOneCopy(undoId))).code).toBe('disk_full')
    writeFileSync(file, record)
    await finder().undoOneCopy(undoId)
    expect(inode(a)).not.toBe(inode(b))
  })

  it('does not bring back what was replaced since', async () => {
    const { own, finder } = setUp()
    own('models/a.gguf', BYTES, SHA256)
    const b = own('models/b.gguf', BYTES, SHA256)
    const equal = finder()
    const { undoId } = await equal.makeOneCopy(SHA256, false)
    writeFileSync(`${b}.new`, 'a newer model')
    renameSync(`${b}.new`, b)
    await equal.undoOneCopy(undoId)
    expect(readFileSync(b, 'utf8')).toBe('a newer model')
  })

  it.each(['../settings', 'nothing', ''])('does not know %j', async (undoId) => {
    const { finder } = setUp()
    expect((await failureOf(finder().undoOneCopy(undoId))).code).toBe('not_found')
  })
})

describe('a crash half way', { timeout: 60_000 }, () => {
  /** Makes one copy, then puts the disk into the state of a moment before it was done. */
  async function crashed(state: 'before the rename' | 'after the rename') {
    const given = setUp()
    const a = given.own('models/a.gguf', BYTES, SHA256)
    const b = given.own('models/b.gguf', BYTES, SHA256)
    copyFileSync(b, given.at('whole'))
    const { undoId } = await given.finder().makeOneCopy(SHA256, false)
    const file = join(given.home, 'one-copy', `${undoId}.json`)
    const record = JSON.parse(readFileSync(file, 'utf8')) as {
      files: { temporary: string; before: object; after: unknown }[]
    } // written by the line before
    const [entry] = record.files
    if (!entry) throw new Error('There is no file in the record.')
    entry.after = null
    if (state === 'before the rename') {
      linkSync(a, entry.temporary)
      renameSync(given.at('whole'), b)
      const { dev, ino, mode, mtimeMs } = statSync(b)
      entry.before = { dev: String(dev), ino: String(ino), mode, mtimeMs }
    }
    writeFileSync(file, JSON.stringify(record))
    return { ...given, a, b, undoId, temporary: entry.temporary, file }
  }

  it('leaves no half-made file, and the whole one in its place', async () => {
    const { finder, b, temporary, file } = await crashed('before the rename')
    expect(existsSync(temporary)).toBe(true)
    await equalOf(finder())
    expect(existsSync(temporary)).toBe(false)
    expect(existsSync(file)).toBe(false)
    expect(readFileSync(b).equals(BYTES)).toBe(true)
  })

  it('can still be undone when the link was in place', async () => {
    const { finder, a, b, undoId } = await crashed('after the rename')
    await finder().undoOneCopy(undoId)
    expect(inode(a)).not.toBe(inode(b))
    expect(readFileSync(b).equals(BYTES)).toBe(true)
  })

  it('removes nothing that a damaged record names', async () => {
    const { finder, at, write, home } = setUp()
    const precious = write('precious.txt')
    mkdirSync(join(home, 'one-copy'))
    const before = { dev: '1', ino: '1', mode: 0, mtimeMs: 0 }
    const record = {
      version: 1,
      id: 'x',
      sha256: SHA256,
      sizeBytes: 1,
      how: 'hardLink',
      keeper: { path: at('a'), dev: '1', ino: '1' },
      files: [{ path: at('b'), temporary: precious, before, after: null }],
    }
    writeFileSync(join(home, 'one-copy', 'x.json'), JSON.stringify(record))
    writeFileSync(join(home, 'one-copy', 'y.json'), '{"__proto__":{}}')
    await equalOf(finder())
    expect(existsSync(precious)).toBe(true)
  })
})
