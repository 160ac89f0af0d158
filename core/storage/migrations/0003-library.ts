import type { Migration } from '../migrate.ts'

/**
 * Models of several files, from hubs and from Modelfiles, that can be removed and brought back; and what a person
 * sets on any model, also on one that ships with the program and so has no row of its own.
 */
export const library: Migration = {
  version: 3,
  up: `
    ALTER TABLE files ADD COLUMN moved_from TEXT;
    ALTER TABLE files ADD COLUMN ships_as TEXT;
    CREATE INDEX files_by_sha256 ON files (sha256);

    ALTER TABLE models RENAME TO models_before;
    CREATE TABLE models (
      id INTEGER PRIMARY KEY,
      owner_id TEXT NOT NULL,
      name TEXT NOT NULL COLLATE NOCASE,
      aliases TEXT NOT NULL DEFAULT '[]',
      origin TEXT NOT NULL CHECK (origin IN ('local', 'hub', 'made', 'imported')),
      facts TEXT NOT NULL,
      defaults TEXT NOT NULL DEFAULT '{}',
      source TEXT,
      made TEXT,
      licence_text TEXT,
      added_at INTEGER NOT NULL,
      removed_at INTEGER,
      undo_id TEXT UNIQUE
    ) STRICT;
    CREATE UNIQUE INDEX models_by_name ON models (name) WHERE removed_at IS NULL;

    CREATE TABLE model_files (
      model_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      file_id INTEGER NOT NULL REFERENCES files (id),
      role TEXT NOT NULL CHECK (role IN ('weights', 'projector', 'adapter', 'document')),
      PRIMARY KEY (model_id, position)
    ) STRICT;
    CREATE INDEX model_files_by_file ON model_files (file_id);

    CREATE TABLE model_settings (
      id INTEGER PRIMARY KEY,
      owner_id TEXT NOT NULL,
      model_id INTEGER UNIQUE REFERENCES models (id) ON DELETE CASCADE,
      starter TEXT UNIQUE COLLATE NOCASE,
      favourite INTEGER NOT NULL DEFAULT 0,
      tags TEXT NOT NULL DEFAULT '[]',
      defaults TEXT NOT NULL DEFAULT '{}',
      last_used_at INTEGER,
      measured TEXT,
      checked TEXT,
      CHECK ((model_id IS NULL) <> (starter IS NULL))
    ) STRICT;

    INSERT INTO models (owner_id, name, origin, facts, added_at)
      SELECT owner_id, name, 'local', facts, added_at FROM models_before ORDER BY added_at, rowid;
    INSERT INTO model_files (model_id, position, file_id, role)
      SELECT models.id, 0, models_before.file_id, 'weights'
      FROM models_before JOIN models ON models.name = models_before.name;
    DROP TABLE models_before;
  `,
}
