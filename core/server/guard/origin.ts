import { isLoopbackHost } from './peer.ts'
import { parseHost } from './host.ts'

/** An origin that was configured: one (of any port perhaps), or whatever stands between two pieces of text. */
export type OriginRule =
  | { kind: 'origin'; origin: string; anyPort: boolean }
  | { kind: 'pattern'; prefix: string; suffix: string }

/**
 * Reads OLLAMA_ORIGINS and HEARTH_ORIGINS: comma-separated origins, in which one `*` stands for anything, as in
 * `https://*.example.com` or `chrome-extension://*`; `:*` is any port. A bare host means http and https, any port.
 */
export function parseOrigins(text: string): OriginRule[] {
  return text
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '' && entry !== 'null' && !entry.startsWith('file:'))
    .flatMap((entry): OriginRule[] => {
      const star = entry.indexOf('*')
      if (star !== -1 && !entry.endsWith(':*')) {
        return [{ kind: 'pattern', prefix: entry.slice(0, star), suffix: entry.slice(star + 1) }]
      }
      const anyPort = entry.endsWith(':*')
      const base = anyPort ? entry.slice(0, -2) : entry.replace(/\/$/, '')
      if (base.includes('://')) return [{ kind: 'origin', origin: base, anyPort }]
      return ['http', 'https'].map((scheme) => ({ kind: 'origin', origin: `${scheme}://${base}`, anyPort: true }))
    })
}

/** An origin as it may be configured: with a scheme or without, one `*` in the name, a port or any. */
const CONFIGURABLE =
  /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[a-z0-9_.-]+|[a-z0-9_.-]*\*[a-z0-9_.-]*|\[[0-9a-f:.]+\])(?::(?:\d{1,5}|\*))?\/?$/i

/** Those of the entries that are no origin, or one that is always refused: `null` and `file://`. */
export function refusedOrigins(entries: readonly string[]): string[] {
  return entries.filter((entry) => !CONFIGURABLE.test(entry.trim()) || parseOrigins(entry).length === 0)
}

function split(origin: string): { scheme: string; host: string } | null {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]+)$/.exec(origin)
  return match?.[1] === undefined || match[2] === undefined ? null : { scheme: match[1], host: match[2] }
}

/**
 * Whether a page of this origin is the server's own, called as `host`.
 * @param secure it was called by HTTPS, which then its pages are too; a proxy before a plain one may add TLS
 */
export function isSameOrigin(origin: string | undefined, host: string | undefined, secure = false): boolean {
  if (origin === undefined || host === undefined) return false
  const parts = split(origin.toLowerCase())
  return parts !== null && (secure ? /^https$/ : /^https?$/).test(parts.scheme) && parts.host === host.toLowerCase()
}

/**
 * Whether a request with this `Origin` is answered: absent (programs), the server's own, loopback names with any
 * port, and the configured ones. `null`, `file://` and every other page are refused, simple requests included,
 * because a browser sends those without asking first.
 */
export function isAllowedOrigin(
  origin: string | undefined,
  host: string | undefined,
  rules: readonly OriginRule[],
  secure = false,
): boolean {
  if (origin === undefined) return true
  if (isSameOrigin(origin, host, secure)) return true
  const lower = origin.toLowerCase()
  const parts = split(lower)
  if (parts === null) return false
  const name = parseHost(parts.host)?.name
  if (/^https?$/.test(parts.scheme) && name !== undefined && isLoopbackHost(name)) return true
  const withoutPort = `${parts.scheme}://${parts.host.replace(/:\d+$/, '')}`
  return rules.some((rule) =>
    rule.kind === 'pattern'
      ? lower.startsWith(rule.prefix) && lower.slice(rule.prefix.length).endsWith(rule.suffix)
      : rule.origin === lower || (rule.anyPort && rule.origin === withoutPort),
  )
}
