/** Address of the interface; its own scheme, so that nothing of the web shares its origin. */
export const APP_ORIGIN = 'app://hearth'
export const APP_URL = `${APP_ORIGIN}/`

/** What becomes of an address that a page wants to go to: stay, ask the person and open it outside, or nothing. */
export type LinkDecision = 'inside' | 'outside' | 'deny'

/** Decides about links, redirects and new windows. Only ordinary web and mail addresses may leave the app. */
export function decideLink(address: string): LinkDecision {
  const url = parse(address)
  if (!url) return 'deny'
  if (isOurs(url)) return 'inside'
  return url.protocol === 'http:' || url.protocol === 'https:' || url.protocol === 'mailto:' ? 'outside' : 'deny'
}

/** Whether a page may get a permission. Writing text to the clipboard is the only one that anything here needs. */
export function isPermissionAllowed(permission: string, requester: string): boolean {
  const url = parse(requester)
  return permission === 'clipboard-sanitized-write' && url !== null && isOurs(url)
}

/** Whether Chromium may make a request. The interface needs its own files and nothing of any network. */
export function isRequestAllowed(address: string): boolean {
  const url = parse(address)
  if (!url) return false
  switch (url.protocol) {
    case 'app:':
      return isOurs(url)
    case 'blob:':
      return url.pathname.startsWith(APP_URL)
    case 'data:':
    case 'devtools:':
      return true
    default:
      return false
  }
}

/** Whether a message from a page comes from our interface itself: the top frame of our own address. */
export function isTrustedSender(sender: { url: string; isTopFrame: boolean }): boolean {
  const url = parse(sender.url)
  return sender.isTopFrame && url !== null && isOurs(url)
}

function parse(address: string): URL | null {
  return URL.canParse(address) ? new URL(address) : null
}

function isOurs(url: URL): boolean {
  return url.protocol === 'app:' && url.host === 'hearth' && url.username === '' && url.password === ''
}
