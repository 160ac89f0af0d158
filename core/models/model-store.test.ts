import { DatabaseSync } from '@photostructure/sqlite'
import { describe, expect, it } from 'vitest'
import { migrate } from '../storage/migrate.ts'
import { migrations } from '../storage/migrations/index.ts'
import { libraryUnderTest } from './library.testing.ts'
import { createModelStore } from './model-store.ts'
import { factsFixture } from './model.testing.ts'

describe('the library of the version before', () => {
  it('is there after the update, with names, facts and days', async () => {
    const { open, file } = libraryUnderTest()
    const [a, b] = [file('A.gguf'), file('b.gguf')]
    const database = new DatabaseSync(':memory:')
    migrate(database, migrations.slice(0, 2))
    // A header as it was read before the shape of a network was known.
    const { shape: _, ...before } = factsFixture({ title: 'Old' })
    const insert = database.prepare(
      'INSERT INTO models (name, owner_id, file_id, facts, added_at) VALUES (?, ?, ?, ?, ?)',
    )
    const files = database.prepare('INSERT INTO files (id, path, size, owned) VALUES (?, ?, 4, 0)')
    files.run(5, a)
    files.run(9, b)
    insert.run('a', 'local', 5, JSON.stringify(before), 10)
    insert.run('b', 'local', 9, JSON.stringify(before), 20)

    migrate(database, migrations)
    const library = open({ store: createModelStore(database) })
    expect(library.list()).toMatchObject([{ name: 'b' }, { name: 'a' }, { name: 'starter:1b' }])
    expect(library.get('A.gguf')).toEqual({
      name: 'a',
      aliases: ['A.gguf'],
      origin: 'local',
      path: a,
      sizeBytes: 4,
      files: [{ path: a, sizeBytes: 4, sha256: null, role: 'weights', owned: false }],
      facts: { ...before, shape: null },
      defaults: { system: null, sampling: {}, load: {}, template: null, goTemplate: null, stop: [], maxTokens: null },
      source: null,
      made: null,
      licenceText: null,
      tags: [],
      favourite: false,
      addedAt: 10,
      lastUsedAt: null,
      measured: null,
      check: null,
      conformance: null,
      tuning: null,
      problem: null,
    })
  })
})
