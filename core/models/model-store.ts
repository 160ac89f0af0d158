import { basename } from 'node:path'
import { GgufFacts, type Model } from '../../shared/domain/models.ts'
import type { Database } from '../storage/sqlite.ts'

/** Models that a person added, as the database keeps them. */
export interface ModelStore {
  list(): Model[]
  insert(ownerId: string, model: Model): void
  /** Forgets a model; its file's row goes with the last model that uses it. */
  remove(name: string): void
}

export function createModelStore(database: Database): ModelStore {
  return {
    list: () =>
      database
        .prepare(
          `SELECT models.name, models.facts, models.added_at, files.path, files.size
           FROM models JOIN files ON files.id = models.file_id ORDER BY models.added_at DESC`,
        )
        .all()
        .map((row) => {
          const path = String(row['path'])
          return {
            name: String(row['name']),
            aliases: [basename(path)],
            origin: 'local',
            path,
            sizeBytes: Number(row['size']),
            facts: GgufFacts.parse(JSON.parse(String(row['facts']))),
            defaults: { system: null, sampling: {} },
            addedAt: Number(row['added_at']),
            problem: null,
          }
        }),
    insert(ownerId, model) {
      database.exec('BEGIN IMMEDIATE')
      try {
        const file = database
          .prepare(
            `INSERT INTO files (path, size, owned) VALUES (?, ?, 0)
             ON CONFLICT (path) DO UPDATE SET size = excluded.size RETURNING id`,
          )
          .get(model.path, model.sizeBytes)
        database
          .prepare('INSERT INTO models (name, owner_id, file_id, facts, added_at) VALUES (?, ?, ?, ?, ?)')
          .run(model.name, ownerId, Number(file?.['id']), JSON.stringify(model.facts), model.addedAt)
        database.exec('COMMIT')
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
    },
    remove(name) {
      database.prepare('DELETE FROM models WHERE name = ?').run(name)
      database.exec('DELETE FROM files WHERE id NOT IN (SELECT file_id FROM models)')
    },
  }
}
