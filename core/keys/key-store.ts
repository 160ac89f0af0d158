import { z } from 'zod'
import { type ApiKey, KeyScope } from '../../shared/domain/keys.ts'
import type { Database } from '../storage/sqlite.ts'

/** A key with the SHA-256 of its secret, as 64 hexadecimal digits. */
export interface StoredKey {
  key: ApiKey
  hash: string
}

/** Tokens that a key spent in a step of time. */
export interface SpentTokens {
  keyId: string
  /** When the step began; milliseconds since the epoch. */
  since: number
  tokens: number
}

/** The keys, as the database has them. */
export interface KeyStore {
  /** Newest first. */
  list(): StoredKey[]
  insert(ownerId: string, stored: StoredKey): void
  /** Everything but its secret. */
  save(key: ApiKey): void
  used(id: string, at: number): void
  remove(id: string): void
  spend(spent: SpentTokens): void
  /** What was spent between the two; the rest is forgotten. */
  spent(from: number, to: number): SpentTokens[]
}

const Names = z.array(z.string())

export function createKeyStore(database: Database): KeyStore {
  const written = (key: ApiKey) => [
    key.name,
    JSON.stringify(key.scopes),
    key.models && JSON.stringify(key.models),
    key.expiresAt,
    key.requestsPerMinute,
    key.tokensPerDay,
  ]
  return {
    list: () =>
      database
        .prepare('SELECT * FROM keys ORDER BY created_at DESC, rowid DESC')
        .all()
        .map((row) => {
          const numberOf = (column: string) => (row[column] === null ? null : Number(row[column]))
          const key = {
            id: String(row['id']),
            name: String(row['name']),
            hint: String(row['hint']),
            scopes: z.array(KeyScope).parse(JSON.parse(String(row['scopes']))),
            models: row['models'] === null ? null : Names.parse(JSON.parse(String(row['models']))),
            expiresAt: numberOf('expires_at'),
            requestsPerMinute: numberOf('requests_per_minute'),
            tokensPerDay: numberOf('tokens_per_day'),
            createdAt: Number(row['created_at']),
            lastUsedAt: numberOf('last_used_at'),
            fromEnvironment: false,
          }
          return { key, hash: String(row['hash']) }
        }),
    insert(ownerId, { key, hash }) {
      database
        .prepare(
          `INSERT INTO keys (name, scopes, models, expires_at, requests_per_minute, tokens_per_day,
             id, owner_id, hash, hint, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(...written(key), key.id, ownerId, hash, key.hint, key.createdAt)
    },
    save(key) {
      database
        .prepare(
          `UPDATE keys SET name = ?, scopes = ?, models = ?, expires_at = ?, requests_per_minute = ?,
             tokens_per_day = ? WHERE id = ?`,
        )
        .run(...written(key), key.id)
    },
    used: (id, at) => void database.prepare('UPDATE keys SET last_used_at = ? WHERE id = ?').run(at, id),
    remove: (id) => void database.prepare('DELETE FROM keys WHERE id = ?').run(id),
    spend({ keyId, since, tokens }) {
      database
        .prepare(
          `INSERT INTO key_tokens (key_id, since, tokens) VALUES (?, ?, ?)
           ON CONFLICT (key_id, since) DO UPDATE SET tokens = tokens + excluded.tokens`,
        )
        .run(keyId, since, tokens)
    },
    spent(from, to) {
      database.prepare('DELETE FROM key_tokens WHERE since < ? OR since > ?').run(from, to)
      return database
        .prepare('SELECT key_id, since, tokens FROM key_tokens ORDER BY since')
        .all()
        .map((row) => ({
          keyId: String(row['key_id']),
          since: Number(row['since']),
          tokens: Number(row['tokens']),
        }))
    },
  }
}
