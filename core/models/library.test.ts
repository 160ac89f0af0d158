import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ModelPatch } from '../../shared/domain/models.ts'
import { actor, libraryUnderTest, type ProbeChild } from './library.testing.ts'
import { factsFixture } from './model.testing.ts'

const facts = factsFixture({ title: 'Test' })
const setUp = (play?: (child: ProbeChild) => void) => libraryUnderTest(play ? { play } : {})

describe('the library', () => {
  it('knows the starter model from the first moment, under its name, its file and with :latest', () => {
    const { library } = setUp()
    for (const name of ['starter:1b', 'STARTER:1B', 'starter.gguf', 'starter:1b:latest']) {
      expect(library.find(name)?.name, name).toBe('starter:1b')
    }
    expect(() => library.get('gpt-5')).toThrow(
      expect.objectContaining({ code: 'model_not_found', data: { model: 'gpt-5' } }),
    )
  })

  it('adds a file where it lies, and still has it after a restart', async () => {
    const { library, open, file } = setUp()
    const path = file('My Model.Q4_K_M.gguf')
    const model = await library.add(path, actor)
    expect(model).toMatchObject({ name: 'my-model.q4_k_m', path, facts, origin: 'local' })
    expect(open().get('My Model.Q4_K_M.gguf')).toMatchObject({ name: 'my-model.q4_k_m', path })
  })

  it('does not add one file twice, even at once', async () => {
    const { library, file } = setUp()
    const path = file('a.gguf')
    await Promise.all([library.add(path, actor), library.add(` ${path} `, actor)])
    await library.add(path, actor)
    expect(library.list().map(({ name }) => name)).toEqual(['a', 'starter:1b'])
  })

  it('gives the second of two equal file names a number', async () => {
    const { library, folder, file } = setUp()
    await library.add(file('a.gguf'), actor)
    mkdirSync(join(folder, 'other'))
    expect((await library.add(file('other/a.gguf'), actor)).name).toBe('a-2')
  })

  it.each([
    ['a path without a file', 'nothing.gguf', 'model_file_missing'],
    ['a folder', '.', 'model_file_invalid'],
    ['a name with a NUL', 'a\0.gguf', 'model_file_missing'],
  ])('refuses %s', async (_, name, code) => {
    const { library, folder } = setUp()
    await expect(library.add(`${folder}/${name}`, actor)).rejects.toMatchObject({ code })
  })

  it('refuses a file whose header kills its reader, and stays alive', async () => {
    const { library, file } = setUp((child) => {
      child.onReceive = () => child.exit(139)
    })
    await expect(library.add(file('evil.gguf'), actor)).rejects.toMatchObject({ code: 'model_file_invalid' })
    expect(library.list()).toHaveLength(1)
  })

  it('passes on what the reader found wrong, and ends it', async () => {
    const { library, file, children } = setUp((child) => {
      child.onReceive = () => child.send({ type: 'error', error: { code: 'model_file_truncated', message: 'cut off' } })
    })
    await expect(library.add(file('half.gguf'), actor)).rejects.toMatchObject({ code: 'model_file_truncated' })
    expect(children[0]?.killed).toBe(true)
  })

  it('says of a model that its file is gone or shorter, instead of forgetting it', async () => {
    const { library, file } = setUp()
    const path = file('a.gguf')
    await library.add(path, actor)
    truncateSync(path, 2)
    expect(() => library.get('a')).toThrow(expect.objectContaining({ code: 'model_file_truncated' }))
    rmSync(path)
    expect(library.find('a')?.problem?.code).toBe('model_file_missing')
    writeFileSync(path, 'GGUF')
    expect(library.get('a').problem).toBeNull()
  })

  it('tells who watches that a file is gone, or back, as soon as anyone asks for the model', async () => {
    const { library, file } = setUp()
    const path = file('a.gguf')
    await library.add(path, actor)
    const watched = library.topic.watch()
    const next = async () => (await watched.next()).value?.find(({ name }) => name === 'a')?.problem?.code ?? null
    expect(await next()).toBeNull()
    rmSync(path)
    const gone = next()
    expect(() => library.get('a')).toThrow()
    expect(await gone).toBe('model_file_missing')
    writeFileSync(path, 'GGUF')
    const back = next()
    await library.refresh()
    expect(await back).toBeNull()
    await watched.return()
  })

  it('forgets a model without touching its file, and keeps the starters', async () => {
    const { library, file } = setUp()
    const path = file('a.gguf')
    await library.add(path, actor)
    await library.remove('a')
    await library.close()
    expect(library.find('a')).toBeUndefined()
    expect((await library.add(path, actor)).name).toBe('a')
    await expect(library.remove('starter:1b')).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('what a person sets on a model', () => {
  it('stays over a restart, for a starter as for any other, and only what was said changes', async () => {
    const { library, open, file } = setUp()
    await library.add(file('a.gguf'), actor)
    for (const name of ['a', 'starter:1b']) {
      const before = library.get(name)
      library.update(name, { favourite: true, tags: ['work', 'work', '中文'] })
      library.update(name, { defaults: { stop: ['x'], load: { contextLength: 2048 } } })
      library.noteUse(name, { decodeTps: 9, prefillTps: null, contextTokens: 7, measuredAt: 1 })
      expect(open().get(name)).toEqual({
        ...before,
        favourite: true,
        tags: ['work', '中文'],
        defaults: { ...before.defaults, stop: ['x'], load: { contextLength: 2048 } },
        lastUsedAt: 1,
        measured: { decodeTps: 9, prefillTps: null, contextTokens: 7, measuredAt: 1 },
      })
    }
  })

  it('can be taken back to what the model came with', () => {
    const { library, starter } = setUp()
    library.update('starter', { defaults: { system: 'Mine.' } })
    expect(library.get('starter').defaults.system).toBe('Mine.')
    library.update('starter', { defaults: { system: starter.defaults.system } })
    expect(library.get('starter')).toEqual(starter)
  })

  it('of a patch with nothing in it is nothing', () => {
    const { library, starter } = setUp()
    const patch = ModelPatch.parse({ defaults: { system: 'Mine.' } })
    expect(patch).toEqual({ defaults: { system: 'Mine.' } })
    library.update('starter', { defaults: { stop: ['x'], template: '{{ messages }}' } })
    library.update('starter', patch)
    expect(library.get('starter').defaults).toEqual({
      ...starter.defaults,
      system: 'Mine.',
      stop: ['x'],
      template: '{{ messages }}',
    })
    expect(() => library.update('gpt-5', {})).toThrow(expect.objectContaining({ code: 'model_not_found' }))
    library.noteUse('gpt-5')
  })
})

describe('the names of models', () => {
  it('can be changed; who still says the old one is understood', async () => {
    const released: string[] = []
    const { library, open, file } = libraryUnderTest({ release: async (name) => void released.push(name) })
    await library.add(file('a.gguf'), actor)
    library.update('a', { favourite: true })
    expect(await library.rename('a', ' My-Model:1b ')).toMatchObject({ name: 'My-Model:1b', favourite: true })
    for (const name of ['my-model:1b', 'a', 'A.gguf']) expect(open().get(name).name, name).toBe('My-Model:1b')
    expect(released).toEqual(['a'])
    expect((await library.add(file('other/a.gguf'), actor)).name).toBe('a')
    expect(library.get('a').name).toBe('a')
    expect((await library.rename('My-Model:1b', 'my-model:1B')).name).toBe('my-model:1B')
  })

  it('are given to one model only', async () => {
    const { library, file } = setUp()
    await library.add(file('a.gguf'), actor)
    await library.add(file('other.gguf'), actor)
    for (const taken of ['Other', 'other:latest', 'starter:1b', 'STARTER']) {
      await expect(library.rename('a', taken), taken).rejects.toMatchObject({ code: 'model_name_taken' })
      expect(() => library.duplicate('a', taken, actor)).toThrow(expect.objectContaining({ code: 'model_name_taken' }))
    }
    await expect(library.rename('a', '../a')).rejects.toMatchObject({ code: 'name_invalid' })
    await expect(library.rename('starter', 'mine')).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('may be two for the same weights, each with settings of its own', async () => {
    const { library, open, starter } = setUp()
    library.update('starter', { tags: ['work'], favourite: true, defaults: { maxTokens: 5 } })
    expect(library.duplicate('starter', 'mine', actor)).toMatchObject({
      name: 'mine',
      origin: 'local',
      path: starter.path,
      tags: ['work'],
      favourite: false,
      defaults: { system: 'Be kind.', maxTokens: 5 },
    })
    library.update('mine', { defaults: { maxTokens: 6 } })
    expect(open().get('starter').defaults.maxTokens).toBe(5)
    expect(open().get('Starter.gguf').name).toBe('starter:1b')
    await library.remove('mine')
    await library.close()
    expect(library.get('starter').problem).toBeNull()
  })
})

describe('a library of thousands', () => {
  it('is listed without a look at each file', async () => {
    const { library, open, database, file } = setUp()
    const insertFile = database.prepare('INSERT INTO files (path, size, owned) VALUES (?, 4, 0) RETURNING id')
    const insertModel = database.prepare(
      "INSERT INTO models (owner_id, name, origin, facts, added_at) VALUES ('local', ?, 'local', ?, ?) RETURNING id",
    )
    const link = database.prepare("INSERT INTO model_files VALUES (?, 0, ?, 'weights')")
    database.exec('BEGIN')
    const here = file('here.gguf')
    for (let index = 0; index < 2000; index++) {
      // Each a path of its own, to the same file.
      const path = index === 77 ? '/nowhere/77.gguf' : here.replace('here.gguf', `${'/'.repeat(index)}here.gguf`)
      const id = insertFile.get(path)?.['id']
      const model = insertModel.get(
        `model-${index}`,
        JSON.stringify({ ...facts, chatTemplate: 'x'.repeat(4000) }),
        index,
      )
      link.run(Number(model?.['id']), Number(id))
    }
    database.exec('COMMIT')
    const many = open()
    expect(many.list()).toHaveLength(2001)
    // The same list as long as nothing changed: whoever asks again pays nothing.
    expect(many.list() === many.list()).toBe(true)
    expect(many.find('MODEL-1999')?.name).toBe('model-1999')
    const all = await many.refresh()
    expect(all.find(({ name }) => name === 'model-77')?.problem?.code).toBe('model_file_missing')
    expect(library.list()).toHaveLength(1)
  })
})

describe('what was found out about a model', () => {
  const tuning = {
    measuredAt: 1,
    decodeThreads: 3,
    batchThreads: 4,
    decodeBatchMax: 8,
    flashAttention: false,
    batchSize: 512,
    measured: [{ what: 'decode' as const, setting: '3', tokensPerSecond: 12.5 }],
  }
  const conformance = {
    testedAt: 1,
    engine: 'e',
    json: true,
    tools: 'native' as const,
    parallelTools: false,
    thinking: null,
    stopStrings: true,
    details: [{ test: 'json' as const, passed: true, answer: '{}' }],
  }

  it('is there after a restart, for a starter too, and a model that is gone does no harm', async () => {
    const { library, open, file } = libraryUnderTest()
    await library.add(file('a.gguf'), actor)
    for (const name of ['a', 'starter:1b']) {
      library.setTuning(name, tuning)
      library.setConformance(name, conformance)
      expect(open().get(name)).toMatchObject({ tuning, conformance })
    }
    library.setTuning('gone', tuning)
    library.setConformance('gone', conformance)
  })

  it('with one chat template says nothing about another', async () => {
    const { library } = libraryUnderTest()
    library.setTuning('starter:1b', tuning)
    library.setConformance('starter:1b', conformance)
    library.update('starter:1b', { favourite: true, defaults: { system: 'Be brief.' } })
    expect(library.get('starter:1b')).toMatchObject({ tuning, conformance })
    library.update('starter:1b', { defaults: { template: '{{ messages }}' } })
    expect(library.get('starter:1b')).toMatchObject({ tuning, conformance: null })
  })
})
