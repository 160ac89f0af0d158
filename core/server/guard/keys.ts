import { createHash, timingSafeEqual } from 'node:crypto'

/** The key that a request presents, as `Authorization: Bearer …` or `x-api-key`. */
export function presentedKey(header: (name: string) => string | undefined): string | undefined {
  const bearer = /^Bearer +(\S+) *$/i.exec(header('authorization') ?? '')?.[1]
  return bearer ?? header('x-api-key')
}

/** Compares two keys in a time that depends on neither. */
export function isSameKey(presented: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(presented), digest(expected))
}
