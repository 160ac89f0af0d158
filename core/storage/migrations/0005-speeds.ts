import type { Migration } from '../migrate.ts'

/** How fast this machine reads memory, and how fast models wrote on it. */
export const speeds: Migration = {
  version: 5,
  up: `
    CREATE TABLE bandwidth (
      machine TEXT PRIMARY KEY,
      bytes_per_second REAL NOT NULL,
      threads INTEGER NOT NULL,
      measured_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE speeds (
      id INTEGER PRIMARY KEY,
      file TEXT NOT NULL,
      machine TEXT NOT NULL,
      backend TEXT NOT NULL,
      kv_type TEXT NOT NULL,
      quantization TEXT NOT NULL,
      size_bytes REAL NOT NULL,
      parameters REAL,
      shape TEXT,
      context_tokens REAL NOT NULL,
      decode_tps REAL NOT NULL,
      prefill_tps REAL,
      measured_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX speeds_by_machine ON speeds (machine, measured_at);
    CREATE INDEX speeds_by_file ON speeds (file, measured_at);
  `,
}
