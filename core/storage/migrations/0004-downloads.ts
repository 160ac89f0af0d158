import type { Migration } from '../migrate.ts'

/** What is being fetched, waits for it, or was; in the order of `position`. */
export const downloads: Migration = {
  version: 4,
  up: `
    CREATE TABLE downloads (
      id TEXT PRIMARY KEY,
      owner_id TEXT NOT NULL,
      position INTEGER NOT NULL,
      name TEXT NOT NULL,
      plan TEXT NOT NULL,
      root TEXT NOT NULL,
      folder TEXT NOT NULL,
      state TEXT NOT NULL,
      files TEXT NOT NULL,
      error TEXT,
      waiting_until INTEGER,
      created_at INTEGER NOT NULL,
      finished_at INTEGER
    ) STRICT;
    CREATE INDEX downloads_by_position ON downloads (position);
  `,
}
