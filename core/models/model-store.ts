import { basename } from 'node:path'
import {
  GgufFacts,
  MadeModel,
  type Model,
  type ModelDefaults,
  ModelDefaultsPatch,
  ModelFile,
  ModelSource,
} from '../../shared/domain/models.ts'
import type { Database } from '../storage/sqlite.ts'
import {
  createModelSettingsStore,
  given,
  json,
  type ModelSettings,
  type ModelSettingsStore,
  noSettings,
} from './model-settings.ts'

/** A model as it came: without what a person set on it, and without how its files are now. */
export type ModelDraft = Pick<
  Model,
  'name' | 'files' | 'facts' | 'defaults' | 'source' | 'made' | 'licenceText' | 'addedAt'
> & { origin: Exclude<Model['origin'], 'starter'>; /** Other names that it keeps. */ aliases: string[] }

export interface StoredModel {
  id: number
  ownerId: string
  /** `defaults` are those that it came with. */
  came: ModelDraft
  settings: ModelSettings
}

interface RemovedModel {
  id: number
  name: string
  undoId: string
}

/** Models that are not part of the program, as the database keeps them. A file has one row, however many use it. */
export interface ModelStore {
  settings: ModelSettingsStore
  /** Those that were not removed, the newest first. */
  list(): StoredModel[]
  /** One that was not removed. */
  get(id: number): StoredModel | undefined
  insert(ownerId: string, draft: ModelDraft): number
  /** Puts another in its place; settings and day stay. */
  replace(id: number, draft: ModelDraft): void
  rename(id: number, name: string, aliases: string[]): void
  remove(id: number, undoId: string, at: number): void
  removed(): RemovedModel[]
  restore(id: number, name: string): void
  /** Forgets it with its settings. */
  forget(id: number): void
  files: FileStore
}

interface StoredFile {
  path: string
  sizeBytes: number
  sha256: string | null
  owned: boolean
  /** Where it was before it was put aside; null while it is in its place. */
  movedFrom: string | null
}

interface FileStore {
  /** Of a model, removed or not. */
  of(modelId: number): StoredFile[]
  /** Models that use a file: how many are in the library, and how many were removed. */
  users(path: string): { live: number[]; removed: number[] }
  /** Every path that a model of the library uses. */
  livePaths(): string[]
  withHash(sha256: string): StoredFile[]
  setHash(path: string, sha256: string): void
  move(from: string, to: string, movedFrom: string | null): void
  /** Forgets the rows that no model uses; gives their files. */
  dropUnused(): StoredFile[]
  /** Tells where the program's own files are: it may lie elsewhere than at the last start. */
  relocate(shipsAs: string, path: string): void
}

export function createModelStore(database: Database): ModelStore {
  const settings = createModelSettingsStore(database)
  const files = createFileStore(database)

  const transaction = <T>(work: () => T): T => {
    database.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      database.exec('COMMIT')
      return result
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
  }

  function writeFiles(modelId: number, all: readonly ModelFile[]): void {
    database.prepare('DELETE FROM model_files WHERE model_id = ?').run(modelId)
    const upsert = database.prepare(
      `INSERT INTO files (path, size, sha256, owned) VALUES (?, ?, ?, ?)
       ON CONFLICT (path) DO UPDATE SET
         sha256 = coalesce(excluded.sha256, CASE WHEN files.size = excluded.size THEN files.sha256 END),
         size = excluded.size, owned = max(files.owned, excluded.owned)
       RETURNING id`,
    )
    const link = database.prepare('INSERT INTO model_files (model_id, position, file_id, role) VALUES (?, ?, ?, ?)')
    for (const [position, file] of all.entries()) {
      const row = upsert.get(file.path, file.sizeBytes, file.sha256, file.owned ? 1 : 0)
      link.run(modelId, position, Number(row?.['id']), file.role)
    }
  }

  const columns = ({ facts, defaults, source, made, licenceText }: ModelDraft) => [
    JSON.stringify(facts),
    JSON.stringify(defaults),
    source && JSON.stringify(source),
    made && JSON.stringify(made),
    licenceText,
  ]

  return {
    settings,
    files,
    list() {
      const filesOf = new Map<number, ModelFile[]>()
      const rows = database.prepare(
        `SELECT model_id, role, path, size, sha256, owned FROM model_files JOIN files ON files.id = file_id
         ORDER BY model_id, position`,
      )
      for (const row of rows.all()) {
        const id = Number(row['model_id'])
        const known = filesOf.get(id)
        if (known) known.push(readModelFile(row))
        else filesOf.set(id, [readModelFile(row)])
      }
      const set = settings.all().models
      return database
        .prepare('SELECT * FROM models WHERE removed_at IS NULL ORDER BY added_at DESC, id DESC')
        .all()
        .map((row) => readModel(row, filesOf.get(Number(row['id'])) ?? [], set.get(Number(row['id']))))
    },
    get(id) {
      const row = database.prepare('SELECT * FROM models WHERE id = ? AND removed_at IS NULL').get(id)
      if (!row) return undefined
      const own = database
        .prepare(
          `SELECT role, path, size, sha256, owned FROM model_files JOIN files ON files.id = file_id
           WHERE model_id = ? ORDER BY position`,
        )
        .all(id)
        .map(readModelFile)
      return readModel(row, own, settings.of(id))
    },
    insert: (ownerId, draft) =>
      transaction(() => {
        const row = database
          .prepare(
            `INSERT INTO models (owner_id, name, aliases, origin, added_at, facts, defaults, source, made, licence_text)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
          )
          .get(ownerId, draft.name, JSON.stringify(draft.aliases), draft.origin, draft.addedAt, ...columns(draft))
        const id = Number(row?.['id'])
        writeFiles(id, draft.files)
        return id
      }),
    replace: (id, draft) =>
      transaction(() => {
        database
          .prepare(
            `UPDATE models SET origin = ?, facts = ?, defaults = ?, source = ?, made = ?, licence_text = ?
             WHERE id = ?`,
          )
          .run(draft.origin, ...columns(draft), id)
        writeFiles(id, draft.files)
      }),
    rename(id, name, aliases) {
      database.prepare('UPDATE models SET name = ?, aliases = ? WHERE id = ?').run(name, JSON.stringify(aliases), id)
    },
    remove(id, undoId, at) {
      database.prepare('UPDATE models SET removed_at = ?, undo_id = ? WHERE id = ?').run(at, undoId, id)
    },
    removed: () =>
      database
        .prepare('SELECT id, name, undo_id FROM models WHERE removed_at IS NOT NULL ORDER BY removed_at, id')
        .all()
        .map((row) => ({ id: Number(row['id']), name: String(row['name']), undoId: String(row['undo_id']) })),
    restore(id, name) {
      database.prepare('UPDATE models SET removed_at = NULL, undo_id = NULL, name = ? WHERE id = ?').run(name, id)
    },
    forget(id) {
      transaction(() => {
        // By hand too: a database that was opened elsewhere may not enforce foreign keys.
        database.prepare('DELETE FROM model_files WHERE model_id = ?').run(id)
        database.prepare('DELETE FROM model_settings WHERE model_id = ?').run(id)
        database.prepare('DELETE FROM models WHERE id = ?').run(id)
      })
    },
  }
}

function createFileStore(database: Database): FileStore {
  const fields = 'files.path, files.size, files.sha256, files.owned, files.moved_from'
  return {
    of: (modelId) =>
      database
        .prepare(
          `SELECT ${fields} FROM model_files JOIN files ON files.id = file_id WHERE model_id = ? ORDER BY position`,
        )
        .all(modelId)
        .map(readFile),
    users(path) {
      const rows = database
        .prepare(
          `SELECT DISTINCT models.id, removed_at FROM files JOIN model_files ON file_id = files.id
           JOIN models ON models.id = model_id WHERE path = ?`,
        )
        .all(path)
      const ids = (removed: boolean) =>
        rows.filter((row) => (row['removed_at'] !== null) === removed).map((row) => Number(row['id']))
      return { live: ids(false), removed: ids(true) }
    },
    livePaths: () =>
      database
        .prepare(
          `SELECT DISTINCT path FROM files JOIN model_files ON file_id = files.id
           JOIN models ON models.id = model_id WHERE removed_at IS NULL`,
        )
        .all()
        .map((row) => String(row['path'])),
    withHash: (sha256) =>
      database.prepare(`SELECT ${fields} FROM files WHERE sha256 = ?`).all(sha256.toLowerCase()).map(readFile),
    setHash(path, sha256) {
      database.prepare('UPDATE files SET sha256 = ? WHERE path = ?').run(sha256.toLowerCase(), path)
    },
    move(from, to, movedFrom) {
      database.prepare('UPDATE files SET path = ?, moved_from = ? WHERE path = ?').run(to, movedFrom, from)
    },
    dropUnused: () =>
      database
        .prepare(
          `DELETE FROM files WHERE NOT EXISTS (SELECT 1 FROM model_files WHERE file_id = files.id)
           RETURNING path, size, sha256, owned, moved_from`,
        )
        .all()
        .map(readFile),
    relocate(shipsAs, path) {
      database.prepare('UPDATE files SET ships_as = ? WHERE path = ?').run(shipsAs, path)
      database.prepare('UPDATE OR IGNORE files SET path = ? WHERE ships_as = ?').run(path, shipsAs)
    },
  }
}

function readFile(row: Record<string, unknown>): StoredFile {
  return {
    path: String(row['path']),
    sizeBytes: Number(row['size']),
    sha256: row['sha256'] === null ? null : String(row['sha256']),
    owned: row['owned'] === 1,
    movedFrom: row['moved_from'] === null ? null : String(row['moved_from']),
  }
}

function readModelFile(row: Record<string, unknown>): ModelFile {
  return ModelFile.parse({
    path: row['path'],
    sizeBytes: Number(row['size']),
    sha256: row['sha256'],
    role: row['role'],
    owned: row['owned'] === 1,
  })
}

function readModel(row: Record<string, unknown>, files: ModelFile[], settings: ModelSettings | undefined): StoredModel {
  const made = json(row['made'])
  const source = json(row['source'])
  return {
    id: Number(row['id']),
    ownerId: String(row['owner_id']),
    came: {
      name: String(row['name']),
      aliases: readAliases(row['aliases']),
      // The column allows only these.
      origin: String(row['origin']) as ModelDraft['origin'],
      files,
      facts: GgufFacts.parse(json(row['facts'])),
      defaults: readDefaults(row['defaults']),
      source: source === null ? null : ModelSource.parse(source),
      made: made === null ? null : MadeModel.parse(made),
      licenceText: row['licence_text'] === null ? null : String(row['licence_text']),
      addedAt: Number(row['added_at']),
    },
    settings: settings ?? noSettings(),
  }
}

function readDefaults(column: unknown): ModelDefaults {
  return { ...emptyDefaults(), ...given(ModelDefaultsPatch.parse(json(column))) }
}

function readAliases(column: unknown): string[] {
  const stored = json(column)
  return Array.isArray(stored) ? stored.map(String) : []
}

/** Says nothing: everything is left to the file and to the program. */
export function emptyDefaults(): ModelDefaults {
  return { system: null, sampling: {}, load: {}, template: null, goTemplate: null, stop: [], maxTokens: null }
}

/** The model's weights, first shard first. */
export function weightsOf(files: readonly ModelFile[]): ModelFile[] {
  return files.filter((file) => file.role === 'weights')
}

/** Names by which it is known beside its own: those it had, and that of its file. */
export function aliasesOf(draft: Pick<ModelDraft, 'aliases' | 'files' | 'origin'>): string[] {
  const first = weightsOf(draft.files)[0]
  return draft.origin === 'made' || !first ? draft.aliases : [...draft.aliases, basename(first.path)]
}
