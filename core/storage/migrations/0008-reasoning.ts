import type { Migration } from '../migrate.ts'

/** What a model thought before it answered, and why its answer ended. */
export const reasoning: Migration = {
  version: 8,
  up: `
    ALTER TABLE messages ADD COLUMN reasoning TEXT;
    ALTER TABLE messages ADD COLUMN finish_reason TEXT;
  `,
}
