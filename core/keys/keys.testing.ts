import { DatabaseSync } from '@photostructure/sqlite'
import type { Actor } from '../../shared/domain/actor.ts'
import type { NewKey } from '../../shared/domain/keys.ts'
import { keys as migration } from '../storage/migrations/0009-keys.ts'
import type { Database } from '../storage/sqlite.ts'
import { createKeyStore } from './key-store.ts'
import { createKeys, type Keys } from './keys.ts'

const person: Actor = { ownerId: 'local', door: 'window', access: 'local' }

/** Keys with a database in memory and a clock that stands still until it is moved. */
export interface KeysUnderTest {
  keys: Keys
  database: Database
  /** A key for inference, unless it says otherwise. */
  create(name: string, more?: Partial<NewKey>): { id: string; secret: string }
  /** Lets time go by. */
  pass(ms: number): void
  /** The same database after a restart. */
  restarted(): Keys
}

export function keysUnderTest(env: NodeJS.ProcessEnv = {}): KeysUnderTest {
  const database = new DatabaseSync(':memory:')
  database.exec(`PRAGMA foreign_keys = ON; ${migration.up}`)
  let time = 1_700_000_000_000
  let ids = 0
  const start = () =>
    createKeys({
      store: createKeyStore(database),
      env,
      now: () => time,
      clock: () => time,
      newId: () => `k${++ids}`,
      log: { warn() {} },
    })
  const keys = start()
  return {
    keys,
    database,
    create(name, more) {
      const { key, secret } = keys.create({ ...newKey(name), ...more }, person)
      return { id: key.id, secret }
    },
    pass: (ms) => void (time += ms),
    restarted: start,
  }
}

/** What a person says of a key without limits. */
export function newKey(name: string): NewKey {
  return { name, scopes: ['inference'], models: null, expiresAt: null, requestsPerMinute: null, tokensPerDay: null }
}
