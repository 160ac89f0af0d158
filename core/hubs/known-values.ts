/** No file is larger than this; what claims to be is a lie. */
const MOST_BYTES = 64 * 2 ** 40

/** A count or a size in bytes that can be true, else null. */
export function knownSize(value: number | null | undefined): number | null {
  return value != null && Number.isSafeInteger(value) && value > 0 && value <= MOST_BYTES ? value : null
}

/** A sha256 as 64 lower-case hex digits, with or without quotes around it, else null. */
export function knownHash(value: string | null | undefined): string | null {
  const hash = value?.replace(/^(?:W\/)?"(.*)"$/, '$1').toLowerCase() ?? ''
  return /^[0-9a-f]{64}$/.test(hash) ? hash : null
}

/** The 64 digits of a digest `sha256:<64 lower-case hex>`; null for anything else, in whatever spelling. */
export function hashOfDigest(digest: string): string | null {
  return /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1] ?? null
}
