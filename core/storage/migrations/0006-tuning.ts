import type { Migration } from '../migrate.ts'

/**
 * What suits a model on a machine, kept for the same weights and shown with the model; what a model was found to do; and
 * with how many threads a speed was measured.
 */
export const tuning: Migration = {
  version: 6,
  up: `
    ALTER TABLE model_settings ADD COLUMN tuning TEXT;
    ALTER TABLE model_settings ADD COLUMN conformance TEXT;
    CREATE TABLE tunings (
      file TEXT NOT NULL,
      machine TEXT NOT NULL,
      tuning TEXT NOT NULL,
      PRIMARY KEY (file, machine)
    ) STRICT;
    ALTER TABLE speeds ADD COLUMN threads INTEGER;
  `,
}
