import type { Migration } from '../migrate.ts'

/** The library: files on disk, and the names under which they are models. */
export const models: Migration = {
  version: 2,
  up: `
    CREATE TABLE files (
      id INTEGER PRIMARY KEY,
      path TEXT NOT NULL UNIQUE,
      size INTEGER NOT NULL,
      sha256 TEXT,
      owned INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE models (
      name TEXT PRIMARY KEY COLLATE NOCASE,
      owner_id TEXT NOT NULL,
      file_id INTEGER NOT NULL REFERENCES files (id),
      facts TEXT NOT NULL,
      added_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX models_by_file ON models (file_id);
  `,
}
