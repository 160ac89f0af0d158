import type { Migration } from '../migrate.ts'

/** Chats and their messages. A message knows its parent: branches are siblings. */
export const chats: Migration = {
  version: 1,
  up: `
    CREATE TABLE chats (
      id TEXT PRIMARY KEY,
      owner_id TEXT NOT NULL,
      title TEXT NOT NULL,
      auto_title INTEGER NOT NULL,
      model TEXT,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      removed_at INTEGER
    ) STRICT;
    CREATE INDEX chats_by_owner ON chats (owner_id, updated_at);
    CREATE TABLE messages (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
      parent_id TEXT REFERENCES messages (id) ON DELETE CASCADE,
      role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
      content TEXT NOT NULL,
      status TEXT NOT NULL CHECK (status IN ('streaming', 'complete', 'stopped', 'failed')),
      error TEXT,
      model TEXT,
      usage TEXT,
      timings TEXT,
      dropped_messages INTEGER NOT NULL DEFAULT 0,
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX messages_by_chat ON messages (chat_id, seq);
    CREATE INDEX messages_by_parent ON messages (parent_id);
  `,
}
