import type { Migration } from '../migrate.ts'

/** Keys of programs, by the hash of their secret, and the tokens that those with a limit spent, by time. */
export const keys: Migration = {
  version: 9,
  up: `
    CREATE TABLE keys (
      id TEXT PRIMARY KEY,
      owner_id TEXT NOT NULL,
      name TEXT NOT NULL COLLATE NOCASE UNIQUE,
      hash TEXT NOT NULL UNIQUE,
      hint TEXT NOT NULL,
      scopes TEXT NOT NULL,
      models TEXT,
      expires_at INTEGER,
      requests_per_minute INTEGER,
      tokens_per_day INTEGER,
      created_at INTEGER NOT NULL,
      last_used_at INTEGER
    ) STRICT;

    CREATE TABLE key_tokens (
      key_id TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
      since INTEGER NOT NULL,
      tokens INTEGER NOT NULL,
      PRIMARY KEY (key_id, since)
    ) STRICT;
  `,
}
