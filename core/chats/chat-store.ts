import { ErrorInfo } from '../../shared/domain/errors.ts'
import { FinishReason, Timings, Usage } from '../../shared/domain/generation.ts'
import { type Chat, type Message, MessageStatus } from '../../shared/domain/chats.ts'
import type { Database } from '../storage/sqlite.ts'

type Row = Record<string, unknown>

/** Chats and messages as the database keeps them. Every call sees only what its owner owns. */
export interface ChatStore {
  list(ownerId: string): Chat[]
  find(ownerId: string, id: string): Chat | undefined
  insert(ownerId: string, chat: Chat): void
  update(chat: Chat): void
  /** Hides a chat (`removedAt` set) or brings it back (null). */
  setRemoved(ownerId: string, id: string, removedAt: number | null): boolean
  /** Erases for good what was removed before that time. */
  purgeRemoved(before: number): void
  messages(chatId: string): Message[]
  insertMessages(messages: Message[]): void
  updateMessage(message: Message): void
  /** Answers that were being written when the program ended. */
  interrupted(): Message[]
}

export function createChatStore(database: Database): ChatStore {
  const insertMessage = database.prepare(
    `INSERT INTO messages (id, chat_id, parent_id, role, content, reasoning, status, error, model, finish_reason, usage, timings, dropped_messages, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  return {
    list: (ownerId) =>
      database
        .prepare('SELECT * FROM chats WHERE owner_id = ? AND removed_at IS NULL ORDER BY updated_at DESC')
        .all(ownerId)
        .map(toChat),
    find(ownerId, id) {
      const row = database
        .prepare('SELECT * FROM chats WHERE owner_id = ? AND id = ? AND removed_at IS NULL')
        .get(ownerId, id)
      return row && toChat(row)
    },
    insert(ownerId, chat) {
      database
        .prepare(
          'INSERT INTO chats (id, owner_id, title, auto_title, model, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
        )
        .run(chat.id, ownerId, chat.title, Number(chat.autoTitle), chat.model, chat.createdAt, chat.updatedAt)
    },
    update(chat) {
      database
        .prepare('UPDATE chats SET title = ?, auto_title = ?, model = ?, updated_at = ? WHERE id = ?')
        .run(chat.title, Number(chat.autoTitle), chat.model, chat.updatedAt, chat.id)
    },
    setRemoved: (ownerId, id, removedAt) =>
      database.prepare('UPDATE chats SET removed_at = ? WHERE owner_id = ? AND id = ?').run(removedAt, ownerId, id)
        .changes > 0,
    purgeRemoved(before) {
      database.prepare('DELETE FROM chats WHERE removed_at IS NOT NULL AND removed_at < ?').run(before)
    },
    messages: (chatId) =>
      database.prepare('SELECT * FROM messages WHERE chat_id = ? ORDER BY seq').all(chatId).map(toMessage),
    insertMessages(messages) {
      database.exec('BEGIN IMMEDIATE')
      try {
        for (const message of messages) {
          insertMessage.run(
            message.id,
            message.chatId,
            message.parentId,
            message.role,
            message.content,
            message.reasoning,
            message.status,
            json(message.error),
            message.model,
            message.finishReason,
            json(message.usage),
            json(message.timings),
            message.droppedMessages,
            message.createdAt,
          )
        }
        database.exec('COMMIT')
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
    },
    updateMessage(message) {
      database
        .prepare(
          `UPDATE messages SET content = ?, reasoning = ?, status = ?, error = ?, model = ?, finish_reason = ?, usage = ?, timings = ?, dropped_messages = ?
           WHERE id = ?`,
        )
        .run(
          message.content,
          message.reasoning,
          message.status,
          json(message.error),
          message.model,
          message.finishReason,
          json(message.usage),
          json(message.timings),
          message.droppedMessages,
          message.id,
        )
    },
    interrupted: () => database.prepare("SELECT * FROM messages WHERE status = 'streaming'").all().map(toMessage),
  }
}

function toChat(row: Row): Chat {
  return {
    id: String(row['id']),
    title: String(row['title']),
    autoTitle: row['auto_title'] === 1,
    model: row['model'] === null ? null : String(row['model']),
    createdAt: Number(row['created_at']),
    updatedAt: Number(row['updated_at']),
  }
}

function toMessage(row: Row): Message {
  return {
    id: String(row['id']),
    chatId: String(row['chat_id']),
    parentId: row['parent_id'] === null ? null : String(row['parent_id']),
    role: row['role'] === 'user' ? 'user' : 'assistant',
    content: String(row['content']),
    reasoning: row['reasoning'] === null ? null : String(row['reasoning']),
    status: MessageStatus.parse(row['status']),
    error: row['error'] === null ? null : ErrorInfo.parse(JSON.parse(String(row['error']))),
    model: row['model'] === null ? null : String(row['model']),
    finishReason: row['finish_reason'] === null ? null : FinishReason.parse(row['finish_reason']),
    usage: row['usage'] === null ? null : Usage.parse(JSON.parse(String(row['usage']))),
    timings: row['timings'] === null ? null : Timings.parse(JSON.parse(String(row['timings']))),
    droppedMessages: Number(row['dropped_messages']),
    createdAt: Number(row['created_at']),
  }
}

function json(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value)
}
