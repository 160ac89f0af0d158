import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { describe, expect, it } from 'vitest'
import type { Actor } from '../../shared/domain/actor.ts'
import type { GgufFacts, Model } from '../../shared/domain/models.ts'
import type { ProbeReply, ProbeRequest } from '../../shared/process/probe.ts'
import { type PlayedChild, playedHost } from '../host/host.testing.ts'
import { tempFolder } from '../lib/temp-folder.testing.ts'
import { migrate } from '../storage/migrate.ts'
import { migrations } from '../storage/migrations/index.ts'
import { createLibrary } from './library.ts'
import { createModelStore } from './model-store.ts'

const actor: Actor = { ownerId: 'local', door: 'window', access: 'local' }
const facts: GgufFacts = {
  title: 'Test',
  architecture: 'llama',
  parameters: 1e9,
  quantization: 'Q4_K_M',
  contextLength: 4096,
  chatTemplate: null,
  kind: 'chat',
  licence: null,
  languages: [],
}

function answers(child: PlayedChild<ProbeRequest, ProbeReply>): void {
  child.onReceive = () => child.send({ type: 'gguf', facts, sizeBytes: 4 })
}

function setUp(play = answers) {
  const folder = tempFolder()
  const starterPath = join(folder, 'Starter.gguf')
  writeFileSync(starterPath, 'GGUF')
  const starter: Model = {
    name: 'starter:1b',
    aliases: ['Starter.gguf'],
    origin: 'starter',
    path: starterPath,
    sizeBytes: 4,
    facts,
    defaults: { system: null, sampling: {} },
    addedAt: 0,
    problem: null,
  }
  const database = new DatabaseSync(':memory:')
  migrate(database, migrations)
  const host = playedHost(play)
  const open = () => createLibrary({ starters: [starter], store: createModelStore(database), host, now: () => 1 })
  const file = (name: string) => {
    const path = join(folder, name)
    writeFileSync(path, 'GGUF')
    return path
  }
  return { library: open(), open, folder, file, host }
}

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
    const { library, file, host } = setUp((child) => {
      child.onReceive = () => child.send({ type: 'error', error: { code: 'model_file_truncated', message: 'cut off' } })
    })
    await expect(library.add(file('half.gguf'), actor)).rejects.toMatchObject({ code: 'model_file_truncated' })
    expect(host.children[0]?.killed).toBe(true)
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
    library.list()
    expect(await back).toBeNull()
    await watched.return()
  })

  it('forgets a model without touching its file, and keeps the starters', async () => {
    const { library, file } = setUp()
    const path = file('a.gguf')
    await library.add(path, actor)
    library.remove('a')
    expect(library.find('a')).toBeUndefined()
    expect((await library.add(path, actor)).name).toBe('a')
    expect(() => library.remove('starter:1b')).toThrow(expect.objectContaining({ code: 'forbidden' }))
  })
})
