import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { modelFixture } from '../../models/model.testing.ts'
import type { StorageUseDeps } from '../deps.ts'
import { failureOf, fileAt, person } from '../storage-use.testing.ts'
import { exportModel } from './export.ts'
import { computer, drain, exported, imported, sha256, WEIGHTS, withModel } from './hand-over.testing.ts'
import { importModel } from './import.ts'

const REAL_MODEL = join(import.meta.dirname, '../../../resources/models/all-MiniLM-L6-v2-Q8_0.gguf')

describe.each(['file', 'folder'] as const)('a hand-over as one %s', { timeout: 60_000 }, (as) => {
  it('brings the whole model to a computer that has never seen it', async () => {
    const here = withModel()
    const there = computer()
    const model = await imported(await exported(here, as), there)
    const [original] = here.models.models
    expect(model).toMatchObject({
      name: 'qwen:0.6b',
      defaults: original?.defaults,
      licenceText: 'Apache 2.0',
      tags: ['work'],
      source: original?.source,
    })
    const folder = there.at('models', 'imported', 'qwen-0.6b')
    expect(model.files).toEqual([
      { path: join(folder, 'handbook.md'), sizeBytes: 10, sha256: sha256('# Handbook'), role: 'document', owned: true },
      {
        path: join(folder, 'model.gguf'),
        sizeBytes: WEIGHTS.length,
        sha256: sha256(WEIGHTS),
        role: 'weights',
        owned: true,
      },
    ])
    expect(readFileSync(join(folder, 'model.gguf')).equals(WEIGHTS)).toBe(true)
    expect(there.left()).toHaveLength(4)
  })

  it('carries the real embedding model', async () => {
    const here = computer()
    here.models.models.push(
      modelFixture({ name: 'all-minilm', origin: 'starter', path: REAL_MODEL, files: [fileAt(REAL_MODEL, true)] }),
    )
    const model = await imported(await exported(here, as, 'all-minilm'), computer())
    expect(sha256(readFileSync(model.path))).toBe(sha256(readFileSync(REAL_MODEL)))
  })

  it('tells how far it is, to the end', async () => {
    const here = withModel()
    const progress: { doneBytes: number; totalBytes: number }[] = []
    const target = here.at(as)
    for await (const value of exportModel({ name: 'qwen:0.6b', target, as }, here.deps)) progress.push(value)
    const whole = 2 * (WEIGHTS.length + '# Handbook'.length)
    expect(progress.at(-1)).toEqual({ doneBytes: whole, totalBytes: whole })
    const read: unknown[] = []
    for await (const value of importModel(target, person, computer().deps)) read.push(value)
    const last = read.at(-2) as { doneBytes: number; totalBytes: number } // the value before the model
    expect(last.doneBytes).toBe(last.totalBytes)
  })

  it('takes another name when its own is taken, and its bytes from here when they are here', async () => {
    const here = withModel()
    const target = await exported(here, as)
    const model = await imported(target, here)
    expect(model.name).toBe('qwen:0.6b-2')
    const [original] = here.models.models
    // Where the drive clones, the inode is another; then the bytes are equal and that is all to be seen.
    const shared = statSync(model.path).ino === statSync(original?.path ?? '').ino
    expect(shared || statSync(model.path).nlink === 1).toBe(true)
    expect(readFileSync(model.path).equals(WEIGHTS)).toBe(true)
  })

  it('does not share a file whose hash is out of date', async () => {
    const target = await exported(withModel(), as)
    const there = computer()
    const path = there.write('models/old.gguf', Buffer.alloc(WEIGHTS.length, 'x'))
    there.models.models.push(modelFixture({ path, files: [fileAt(path, true, { sha256: sha256(WEIGHTS) })] }))
    expect(readFileSync((await imported(target, there)).path).equals(WEIGHTS)).toBe(true)
  })

  it('leaves nothing when it is stopped, in either direction', async () => {
    const here = withModel()
    const stop = new AbortController()
    const hashFile: StorageUseDeps['hashFile'] = async (path, onProgress, signal) => {
      stop.abort()
      signal?.throwIfAborted()
      return here.hashFile(path, onProgress, signal)
    }
    const target = here.at('stopped')
    const work = exportModel({ name: 'qwen:0.6b', target, as }, { ...here.deps, hashFile }, stop.signal)
    await expect(drain(work)).rejects.toMatchObject({ name: 'AbortError' })
    expect(readdirSync(here.home)).toEqual(['models'])

    const source = await exported(here, as)
    const there = computer()
    const add: typeof there.models.addImported = () => Promise.reject(new Error('not reached'))
    const reading = importModel(
      source,
      person,
      { ...there.deps, models: { ...there.models, addImported: add } },
      AbortSignal.abort(),
    )
    await expect(drain(reading)).rejects.toMatchObject({ name: 'AbortError' })
    expect(there.left()).toEqual([])
  })

  it('leaves nothing when the library refuses the model', async () => {
    const source = await exported(withModel(), as)
    const there = computer()
    const models = { ...there.models, addImported: () => Promise.reject(new Error('refused')) }
    await expect(drain(importModel(source, person, { ...there.deps, models }))).rejects.toThrow('refused')
    expect(there.left()).toEqual(['imported'])
  })
})

describe('exporting', { timeout: 60_000 }, () => {
  it('writes what a person can read beside the weights', async () => {
    const folder = await exported(withModel(), 'folder')
    expect(readdirSync(folder).toSorted()).toEqual([
      'LICENSE.txt',
      'README.txt',
      'handbook.md',
      'hearth-model.json',
      'model.gguf',
      'template.jinja',
    ])
    expect(readFileSync(join(folder, 'template.jinja'), 'utf8')).toBe('{{ mine }}')
    const readme = readFileSync(join(folder, 'README.txt'), 'utf8')
    expect(readme).toContain('Import')
    expect(readme).toContain('导入')
  })

  it('names weights that only had a hash as a name', async () => {
    const folder = await exported(withModel(WEIGHTS, `sha256-${'a'.repeat(64)}`), 'folder')
    expect(readdirSync(folder)).toContain('qwen-0.6b.gguf')
  })

  it.each([
    ['a folder that is there', 'folder', 'models'],
    ['a folder in the place of a file', 'file', 'models'],
    ['a place in a folder that is not there', 'file', 'nowhere/x.hearth'],
  ] as const)('refuses %s', async (_case, as, name) => {
    const here = withModel()
    const error = await failureOf(drain(exportModel({ name: 'qwen:0.6b', target: here.at(name), as }, here.deps)))
    expect(error.code).toBe('invalid_input')
  })

  it('refuses a file that is not what it was', async () => {
    const here = withModel()
    for (const file of here.models.models[0]?.files ?? []) file.sha256 = '0'.repeat(64)
    const call = drain(exportModel({ name: 'qwen:0.6b', target: here.at('x'), as: 'folder' }, here.deps))
    expect((await failureOf(call)).code).toBe('model_file_invalid')
    expect(readdirSync(here.home)).toEqual(['models'])
  })

  it.each(['folder', 'file'] as const)('notices that a file changes while it is copied to a %s', async (as) => {
    const here = withModel()
    const hashFile: StorageUseDeps['hashFile'] = async (path, ...rest) => {
      const sum = await here.hashFile(path, ...rest)
      if (path.endsWith('.gguf')) writeFileSync(path, Buffer.alloc(WEIGHTS.length, 'changed'))
      return sum
    }
    const call = drain(exportModel({ name: 'qwen:0.6b', target: here.at('x'), as }, { ...here.deps, hashFile }))
    expect((await failureOf(call)).code).toBe('model_file_invalid')
    expect(readdirSync(here.home)).toEqual(['models'])
  })

  it('says at once that the disk is too small, and leaves nothing', async () => {
    const here = withModel()
    for (const file of here.models.models[0]?.files ?? []) file.sizeBytes = 2 ** 58
    const call = drain(exportModel({ name: 'qwen:0.6b', target: here.at('x'), as: 'file' }, here.deps))
    expect((await failureOf(call)).code).toBe('disk_full')
    expect(readdirSync(here.home)).toEqual(['models'])
  })

  it('ends and cleans up when nobody wants to know how far it is any more', async () => {
    const here = withModel()
    const hashFile: StorageUseDeps['hashFile'] = (_path, _onProgress, signal) =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('stopped'))))
    const work = exportModel({ name: 'qwen:0.6b', target: here.at('x'), as: 'folder' }, { ...here.deps, hashFile })
    for await (const progress of work) {
      expect(progress.doneBytes).toBe(0)
      break
    }
    expect(readdirSync(here.home)).toEqual(['models'])
  })

  it('says where it can not write', async () => {
    const here = withModel()
    mkdirSync(here.at('locked'))
    chmodSync(here.at('locked'), 0o500)
    const call = drain(exportModel({ name: 'qwen:0.6b', target: here.at('locked', 'x'), as: 'file' }, here.deps))
    // Root may write everywhere.
    if (process.getuid?.() === 0) await call
    else expect((await failureOf(call)).code).toBe('folder_unwritable')
  })
})
