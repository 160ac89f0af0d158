import type { ApiKey } from '../../shared/domain/keys.ts'

const PREFIX = 'key:'

/** Owner of what is made with a key. */
export function ownerIdOf(key: Pick<ApiKey, 'id'>): string {
  return `${PREFIX}${key.id}`
}

/** Id of the key whose owner this is; null for a person. */
export function keyIdOf(ownerId: string): string | null {
  return ownerId.startsWith(PREFIX) ? ownerId.slice(PREFIX.length) : null
}
