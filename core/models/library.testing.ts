import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import type { Actor } from '../../shared/domain/actor.ts'
import type { GgufFacts, ModelFile } from '../../shared/domain/models.ts'
import type { ProbeReply, ProbeRequest } from '../../shared/process/probe.ts'
import type { Desktop } from '../host/host.ts'
import { type PlayedChild, playedHost } from '../host/host.testing.ts'
import type { Attachments, DownloadPlan } from '../hubs/hub.ts'
import { hashFile } from '../lib/hash-file.ts'
import { tempFolder } from '../lib/temp-folder.testing.ts'
import { migrate } from '../storage/migrate.ts'
import { migrations } from '../storage/migrations/index.ts'
import { createLibrary, type LibraryDeps } from './library.ts'
import { createModelStore } from './model-store.ts'
import { factsFixture, modelFixture } from './model.testing.ts'

export const actor: Actor = { ownerId: 'local', door: 'window', access: 'local' }

export type ProbeChild = PlayedChild<ProbeRequest, ProbeReply>

/** A probe that finds a small chat model in every file. */
export const answering =
  (facts: Partial<GgufFacts> = {}) =>
  (child: ProbeChild): void => {
    child.onReceive = () =>
      child.send({
        type: 'gguf',
        facts: factsFixture({ title: 'Test', ...facts }),
        sizeBytes: 4,
        complete: true,
        shards: 1,
      })
  }

interface LibraryUnderTest extends Partial<Pick<LibraryDeps, 'newest' | 'release' | 'now' | 'hashFile'>> {
  play?: (child: ProbeChild) => void
  trash?: Desktop['trash']
}

/** A library over a database in memory and a real folder. */
export function libraryUnderTest({ play = answering(), trash, ...more }: LibraryUnderTest = {}) {
  const folder = tempFolder()
  const models = join(folder, 'models')
  const file = (name: string, content = 'GGUF') => {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    return path
  }
  const starter = modelFixture({
    name: 'starter:1b',
    aliases: ['Starter.gguf', 'starter'],
    origin: 'starter',
    path: file('Starter.gguf'),
    facts: { title: 'Test' },
    defaults: {
      system: 'Be kind.',
      sampling: {},
      load: {},
      template: null,
      goTemplate: null,
      stop: [],
      maxTokens: null,
    },
  })
  const database = new DatabaseSync(':memory:')
  database.exec('PRAGMA foreign_keys = ON')
  migrate(database, migrations)
  const played = playedHost(play)
  // Of the desktop the library uses the trash alone.
  const host = { ...played, desktop: trash ? ({ trash } as unknown as Desktop) : null }
  let ids = 0
  const deps: LibraryDeps = {
    starters: [starter],
    store: createModelStore(database),
    host,
    log: { warn() {} },
    now: () => 1,
    newId: () => `undo-${++ids}`,
    modelsFolder: () => models,
    version: '1.2.3',
    release: async () => {},
    hashFile,
    newest: () => Promise.reject(new Error('not asked')),
    ...more,
  }
  const open = (changed: Partial<LibraryDeps> = {}) =>
    createLibrary({ ...deps, store: createModelStore(database), ...changed })
  /** Files of our own in the models' folder. */
  const owned = (name: string, content = 'GGUF', role: ModelFile['role'] = 'weights'): ModelFile => ({
    path: file(join('models', name), content),
    sizeBytes: content.length,
    sha256: null,
    role,
    owned: true,
  })
  return { library: open(), open, folder, models, file, owned, host, database, starter, children: played.children }
}

export function planFixture(name: string, more: Partial<DownloadPlan> = {}): DownloadPlan {
  return {
    name,
    title: name,
    source: { hub: 'ollama', repo: `library/${name}`, revision: 'r1', variant: 'latest', url: 'https://hub.test' },
    folder: `ollama/library/${name}`,
    files: [],
    attachments: null,
    ...more,
  }
}

export function attachmentsFixture(more: Partial<Attachments> = {}): Attachments {
  return { template: null, system: null, parameters: null, licences: [], messages: [], ...more }
}
