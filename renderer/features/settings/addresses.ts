/**
 * A web address as a person types it: without a scheme it gets `scheme`.
 *
 * @returns null for an empty text, undefined for one that is no address of http or https
 */
export function parseAddress(typed: string, scheme: 'http' | 'https'): string | null | undefined {
  const text = typed.trim()
  if (text === '') return null
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `${scheme}://${text}`
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined
  // What stands behind the origin of a mirror is part of it; a lone slash is not.
  return address.replace(/\/+$/, '')
}

/** An absolute path of any system; null for an empty text, undefined for anything else. */
export function parsePath(typed: string): string | null | undefined {
  // As a file manager copies it.
  const path = typed.trim().replace(/^"(.*)"$/, '$1')
  if (path === '') return null
  return /^(?:\/|[a-z]:[\\/]|\\\\)/i.test(path) ? path : undefined
}

/** Choices of a speed limit in bytes a second, with the one that is set; null is none. */
export function speedChoices(current: number | null): (number | null)[] {
  const usual = [1e6, 2e6, 5e6, 10e6, 20e6, 50e6]
  const all = current === null || usual.includes(current) ? usual : [...usual, current].toSorted((a, b) => a - b)
  return [null, ...all]
}
