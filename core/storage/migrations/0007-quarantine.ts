import type { Migration } from '../migrate.ts'

/** Models that were put aside because their process died again and again, with the settings that killed it. */
export const quarantine: Migration = {
  version: 7,
  up: `
    CREATE TABLE quarantine (
      model TEXT PRIMARY KEY,
      settings TEXT NOT NULL,
      since INTEGER NOT NULL,
      crashes INTEGER NOT NULL,
      error TEXT NOT NULL
    ) STRICT;
  `,
}
