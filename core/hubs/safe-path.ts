/** Names of devices on Windows, with any ending. */
const DEVICES = /^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$)(?:\.|$)/i
// Control characters, and what Windows forbids in names.
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u001F\u007F<>:"|?*\\]/

/**
 * Whether a path from a hub stays inside a folder and can be a file's name on every system: parts with `/` between
 * them, none of them `..`, a drive, a device, or a name that only looks harmless until something decodes it.
 */
export function safeRepoPath(path: string): boolean {
  if (path.length === 0 || path.length > 400) return false
  return path.split('/').every(isSafePart)
}

/** The same for one part. */
export function isSafePart(part: string): boolean {
  if (part === '' || part.length > 200 || part !== part.normalize('NFC')) return false
  if (part === '.' || part === '..' || FORBIDDEN.test(part) || DEVICES.test(part)) return false
  if (/[. ]$/.test(part) || part.startsWith(' ')) return false
  if (part === '__proto__') return false
  return !/%(?:2e|2f|5c|00)/i.test(part)
}
