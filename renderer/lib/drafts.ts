const PREFIX = 'hearth.draft.'
/** Beyond this a draft lives only in memory: session storage holds about five million characters in all. */
const STORED_MAX = 1_000_000

const memory = new Map<string, string>()

/** The text that was being written under a key: a chat's id, or `new`. */
export function readDraft(key: string): string {
  const known = memory.get(key)
  if (known !== undefined) return known
  try {
    return sessionStorage.getItem(PREFIX + key) ?? ''
  } catch {
    return ''
  }
}

/** Keeps the text that is being written, so that it survives leaving the page and a reload. */
export function writeDraft(key: string, text: string): void {
  memory.set(key, text)
  try {
    if (text === '' || text.length > STORED_MAX) sessionStorage.removeItem(PREFIX + key)
    else sessionStorage.setItem(PREFIX + key, text)
  } catch {
    // Storage is full or forbidden: the copy in memory still survives leaving the page.
  }
}
