import { createHash, randomBytes } from 'node:crypto'
import type { Actor } from '../../shared/domain/actor.ts'
import { AppError, toErrorInfo } from '../../shared/domain/errors.ts'
import { type ApiKey, type CreatedKey, KeyScope, type NewKey } from '../../shared/domain/keys.ts'
import type { Log } from '../lib/log.ts'
import { createTopic, type Topic } from '../lib/topic.ts'
import { readEnvironmentKey } from './environment-key.ts'
import * as errors from './key-errors.ts'
import type { KeyStore, StoredKey } from './key-store.ts'
import { createWindow, type UsageWindow } from './window.ts'

/** What a program recognises as a key of Hearth; secret scanners too. */
const PREFIX = 'hearth-'
const SECRET_BYTES = 24
const HINT_LENGTH = PREFIX.length + 4
const ENVIRONMENT_ID = 'environment'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const TOKEN_STEP_MS = 10 * MINUTE_MS

/** The keys with which programs enter, and how much each has used. */
export interface Keys {
  topic: Topic<ApiKey[]>
  /** Newest first. */
  list(): ApiKey[]
  /** The only moment in which the secret is known. @throws AppError key_name_taken, invalid_input */
  create(wanted: NewKey, actor: Actor): CreatedKey
  /** @throws AppError not_found, key_name_taken, invalid_input for one of the environment */
  update(id: string, wanted: NewKey): ApiKey
  /** @throws AppError not_found, invalid_input for one of the environment */
  remove(id: string): void
  /** Calls back after a key was made, changed or removed; returns how to stop listening. */
  onChanged(listener: () => void): () => void
  /** Calls back after a key was removed; returns how to stop listening. */
  onRemoved(listener: (id: string) => void): () => void
  /** The key with this secret, even if it has expired; null when it is nobody's. */
  find(secret: string): ApiKey | null
  /** Counts a request. @throws AppError unauthorized for a key that has expired, rate_limited */
  enter(key: ApiKey): void
  /** @throws AppError rate_limited when the key has no tokens left, unauthorized when it was removed meanwhile */
  assertMaySpend(id: string): void
  spend(id: string, tokens: number): void
  /** Whether anybody could enter. */
  hasUsable(): boolean
  /** @throws AppError invalid_input for variables that name no key although they should */
  assertEnvironment(): void
}

export interface KeysDeps {
  store: KeyStore
  env: NodeJS.ProcessEnv
  /** Milliseconds since the epoch. */
  now: () => number
  /** Monotonic milliseconds. */
  clock: () => number
  newId: () => string
  log: Pick<Log, 'warn'>
}

/** A key with what it has used. */
interface Entry extends StoredKey {
  requests: UsageWindow
  tokens: UsageWindow
  /** When its last use was written down. */
  writtenAt: number
}

export function createKeys({ store, env, now, clock, newId, log }: KeysDeps): Keys {
  const changed = new Set<() => void>()
  const removed = new Set<(id: string) => void>()
  const { own, problem } = ofEnvironment(env, now())
  /** Newest first. */
  let entries: Entry[] = [...(own === null ? [] : [own]), ...store.list()].map(newEntry)
  for (const { keyId, since, tokens } of store.spent(now() - DAY_MS - TOKEN_STEP_MS, now())) {
    entries.find(({ key }) => key.id === keyId)?.tokens.add(tokens, since)
  }
  const topic = createTopic(() => entries.map(({ key }) => key))

  function tell(): void {
    topic.changed()
    for (const listener of changed) listener()
  }

  /** @throws AppError not_found, invalid_input */
  function changeable(id: string): Entry {
    const entry = entries.find(({ key }) => key.id === id)
    if (entry === undefined) throw errors.keyNotFound()
    if (entry.key.fromEnvironment) throw errors.keyOfEnvironment(entry.key)
    return entry
  }

  /** @throws AppError key_name_taken */
  function assertFree(name: string, id: string | null): void {
    const same = entries.find(({ key }) => key.name.toLowerCase() === name.toLowerCase())
    if (same !== undefined && same.key.id !== id) throw errors.keyNameTaken(same.key.name)
  }

  /** What is only written down must not keep anybody from an answer. */
  function note(write: () => void): void {
    try {
      write()
    } catch (error) {
      log.warn({ error: toErrorInfo(error) }, 'the use of a key could not be written down')
    }
  }

  function used(entry: Entry): void {
    const at = now()
    entry.key = { ...entry.key, lastUsedAt: at }
    if (at - entry.writtenAt < MINUTE_MS && at >= entry.writtenAt) return
    entry.writtenAt = at
    if (!entry.key.fromEnvironment) note(() => store.used(entry.key.id, at))
    topic.changed()
  }

  return {
    topic,
    list: () => entries.map(({ key }) => key),
    create(wanted, actor) {
      assertFree(wanted.name, null)
      const createdAt = now()
      if (wanted.expiresAt !== null && wanted.expiresAt <= createdAt) throw errors.alreadyOver()
      const secret = `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64url')}`
      const hint = secret.slice(0, HINT_LENGTH)
      const key = { ...wanted, id: newId(), hint, createdAt, lastUsedAt: null, fromEnvironment: false }
      const stored = { key, hash: hashOf(secret) }
      store.insert(actor.ownerId, stored)
      entries = [newEntry(stored), ...entries]
      tell()
      return { key, secret }
    },
    update(id, wanted) {
      const entry = changeable(id)
      assertFree(wanted.name, id)
      const key = { ...entry.key, ...wanted }
      store.save(key)
      entry.key = key
      tell()
      return key
    },
    remove(id) {
      const entry = changeable(id)
      store.remove(id)
      entries = entries.filter((other) => other !== entry)
      tell()
      for (const listener of removed) listener(id)
    },
    onChanged(listener) {
      changed.add(listener)
      return () => changed.delete(listener)
    },
    onRemoved(listener) {
      removed.add(listener)
      return () => removed.delete(listener)
    },
    find(secret) {
      // Of the hash: how long it takes to compare tells nothing about any secret.
      const hash = hashOf(secret)
      return entries.find((entry) => entry.hash === hash)?.key ?? null
    },
    enter({ id }) {
      const entry = entries.find(({ key }) => key.id === id)
      if (entry === undefined) throw errors.keyRemoved()
      const { key, requests } = entry
      if (isOver(key, now())) throw errors.keyExpired(key)
      used(entry)
      if (key.requestsPerMinute === null) return
      const waitMs = requests.waitMs(key.requestsPerMinute, clock())
      if (waitMs > 0) throw errors.tooManyRequests(key, waitMs)
      requests.add(1, clock())
    },
    assertMaySpend(id) {
      const entry = entries.find(({ key }) => key.id === id)
      if (entry === undefined) throw errors.keyRemoved()
      const { key, tokens } = entry
      if (key.tokensPerDay === null) return
      const waitMs = tokens.waitMs(key.tokensPerDay, now())
      if (waitMs > 0) throw errors.tooManyTokens(key, waitMs)
    },
    spend(id, amount) {
      const entry = entries.find(({ key }) => key.id === id)
      if (entry === undefined || entry.key.tokensPerDay === null || amount <= 0) return
      const since = entry.tokens.add(amount, now())
      note(() => store.spend({ keyId: id, since, tokens: amount }))
    },
    hasUsable: () => entries.some(({ key }) => !isOver(key, now())),
    assertEnvironment() {
      if (problem !== null) throw problem
    },
  }
}

/** The key of the environment, or why there should be one and is none. */
function ofEnvironment(env: NodeJS.ProcessEnv, createdAt: number): { own: StoredKey | null; problem: AppError | null } {
  try {
    const found = readEnvironmentKey(env)
    if (found === null) return { own: null, problem: null }
    const key: ApiKey = {
      id: ENVIRONMENT_ID,
      name: found.variable,
      hint: '',
      scopes: [...KeyScope.options],
      models: null,
      expiresAt: null,
      requestsPerMinute: null,
      tokensPerDay: null,
      createdAt,
      lastUsedAt: null,
      fromEnvironment: true,
    }
    return { own: { key, hash: hashOf(found.secret) }, problem: null }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { own: null, problem: error }
  }
}

function newEntry(stored: StoredKey): Entry {
  return {
    ...stored,
    requests: createWindow(MINUTE_MS, 1000),
    tokens: createWindow(DAY_MS, TOKEN_STEP_MS),
    writtenAt: 0,
  }
}

/** Whether nobody enters with it any more. @param now milliseconds since the epoch */
export function isOver({ expiresAt }: Pick<ApiKey, 'expiresAt'>, now: number): boolean {
  return expiresAt !== null && expiresAt <= now
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
