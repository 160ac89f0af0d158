import { DatabaseSync } from '@photostructure/sqlite'
import { describe, expect, it } from 'vitest'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/index.ts'

/** Rows that a database of that schema may hold, and what must still be there one schema later. */
const seeds: Record<number, { insert: string; survives: string; expected: unknown[] }> = {
  0: { insert: 'SELECT 1', survives: 'SELECT count(*) AS n FROM chats', expected: [{ n: 0 }] },
  1: {
    insert: `INSERT INTO chats VALUES ('c', 'local', 'Bread', 1, 'smollm2:135m', 1, 2, NULL);
      INSERT INTO messages (id, chat_id, role, content, status, created_at) VALUES ('q', 'c', 'user', 'Why?', 'complete', 1);
      INSERT INTO messages (id, chat_id, parent_id, role, content, status, created_at) VALUES ('a', 'c', 'q', 'assistant', 'So.', 'stopped', 2)`,
    survives:
      'SELECT chats.title, messages.content, messages.parent_id FROM messages JOIN chats ON chats.id = chat_id ORDER BY seq',
    expected: [
      { title: 'Bread', content: 'Why?', parent_id: null },
      { title: 'Bread', content: 'So.', parent_id: 'q' },
    ],
  },
  2: {
    insert: `INSERT INTO files VALUES (7, '/models/a.gguf', 4, NULL, 0);
      INSERT INTO models VALUES ('a', 'local', 7, '{"architecture":"llama"}', 5);
      INSERT INTO models VALUES ('b', 'local', 7, '{}', 6)`,
    survives: `SELECT models.name, models.owner_id, models.origin, models.facts, models.added_at, files.path, model_files.role
      FROM models JOIN model_files ON model_id = models.id JOIN files ON files.id = file_id ORDER BY models.name`,
    expected: [
      {
        name: 'a',
        owner_id: 'local',
        origin: 'local',
        facts: '{"architecture":"llama"}',
        added_at: 5,
        path: '/models/a.gguf',
        role: 'weights',
      },
      {
        name: 'b',
        owner_id: 'local',
        origin: 'local',
        facts: '{}',
        added_at: 6,
        path: '/models/a.gguf',
        role: 'weights',
      },
    ],
  },
  3: {
    insert: `INSERT INTO models (id, owner_id, name, origin, facts, added_at) VALUES (1, 'local', 'a', 'hub', '{}', 5);
      INSERT INTO model_settings (owner_id, model_id, favourite) VALUES ('local', 1, 1)`,
    survives: 'SELECT name, favourite FROM models JOIN model_settings ON model_id = models.id',
    expected: [{ name: 'a', favourite: 1 }],
  },
  4: {
    insert: `INSERT INTO downloads (id, owner_id, position, name, plan, root, folder, state, files, created_at)
      VALUES ('d', 'local', 1, 'a', '{}', '/models', 'a', 'paused', '[]', 5)`,
    survives: 'SELECT id, name, state FROM downloads',
    expected: [{ id: 'd', name: 'a', state: 'paused' }],
  },
  5: {
    insert: `INSERT INTO model_settings (owner_id, starter, favourite) VALUES ('local', 's', 1);
      INSERT INTO speeds (file, machine, backend, kv_type, quantization, size_bytes, context_tokens, decode_tps, measured_at)
        VALUES ('100', 'm', 'cpu', 'f16', 'Q4_0', 100, 500, 12.5, 9)`,
    survives: 'SELECT starter, tuning, conformance, decode_tps, threads FROM model_settings, speeds',
    expected: [{ starter: 's', tuning: null, conformance: null, decode_tps: 12.5, threads: null }],
  },
  6: {
    insert: `INSERT INTO tunings VALUES ('100', 'm', '{}');
      INSERT INTO model_settings (owner_id, starter, tuning, conformance) VALUES ('local', 's', '{"a":1}', '{}')`,
    survives: 'SELECT tunings.tuning, starter, conformance FROM tunings, model_settings',
    expected: [{ tuning: '{}', starter: 's', conformance: '{}' }],
  },
  7: {
    insert: `INSERT INTO quarantine VALUES ('a', '{}', 5, 3, '{}');
      INSERT INTO chats VALUES ('c', 'local', 'Bread', 1, 'smollm2:135m', 1, 2, NULL);
      INSERT INTO messages (id, chat_id, role, content, status, created_at) VALUES ('q', 'c', 'user', 'Why?', 'complete', 1)`,
    survives: 'SELECT quarantine.model, crashes, content, reasoning FROM quarantine, messages',
    expected: [{ model: 'a', crashes: 3, content: 'Why?', reasoning: null }],
  },
  8: {
    insert: `INSERT INTO chats VALUES ('c', 'local', 'Bread', 1, 'smollm2:135m', 1, 2, NULL);
      INSERT INTO messages (id, chat_id, role, content, status, created_at, reasoning) VALUES ('a', 'c', 'assistant', 'So.', 'complete', 1, 'Hm.')`,
    survives:
      'SELECT title, reasoning, (SELECT count(*) FROM keys) AS n FROM chats JOIN messages ON chat_id = chats.id',
    expected: [{ title: 'Bread', reasoning: 'Hm.', n: 0 }],
  },
}

describe('migrations', () => {
  it('are numbered without gaps', () => {
    expect(migrations.map((migration) => migration.version)).toEqual(migrations.map((_, index) => index + 1))
  })

  for (const [index, migration] of migrations.entries()) {
    it(`${migration.version} keeps the rows of schema ${index}`, () => {
      const seed = seeds[index]
      if (!seed) throw new Error(`Write a seed for schema ${index}.`)
      const database = new DatabaseSync(':memory:')
      migrate(database, migrations.slice(0, index))
      database.exec(seed.insert)
      migrate(database, migrations.slice(0, index + 1))
      expect(database.prepare(seed.survives).all()).toEqual(seed.expected)
    })
  }

  it('leave the old schema whole when a step fails half way', () => {
    const database = new DatabaseSync(':memory:')
    migrate(database, migrations)
    const broken = { version: migrations.length + 1, up: 'CREATE TABLE half (a); CREATE TABLE half (a)' }
    expect(() => migrate(database, [...migrations, broken])).toThrow(/already exists/)
    expect(database.prepare("SELECT name FROM sqlite_schema WHERE name = 'half'").all()).toEqual([])
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: migrations.length })
  })

  it('refuse a database of a newer Hearth instead of touching it', () => {
    const database = new DatabaseSync(':memory:')
    database.exec('PRAGMA user_version = 999')
    expect(() => migrate(database, migrations)).toThrow(/newer Hearth/)
  })
})
