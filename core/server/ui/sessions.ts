import { createHash, randomBytes } from 'node:crypto'

const CODE_LIFETIME_MS = 10 * 60_000
const SESSION_LIFETIME_MS = 30 * 24 * 3600_000
const MAX_CODES = 50
const MAX_SESSIONS = 200

const COOKIE = 'hearth_session'
/** With HTTPS: one of this name can be neither read nor replaced without. */
const SECURE_COOKIE = '__Host-hearth_session'

/** Browsers that were let in. Kept in memory: they outlive a restart of the server, not of the core. */
export interface Sessions {
  /** A code that lets one browser in, once, within ten minutes. */
  createCode(): string
  /**
   * Spends a code; null when it is unknown, spent or too old.
   * @param secure the browser came by HTTPS, and the cookie is to go by nothing else
   */
  enter(code: string, secure?: boolean): { cookie: string } | null
  isOpen(cookieHeader: string | undefined): boolean
}

/** @param now monotonic milliseconds */
export function createSessions(now: () => number = () => performance.now()): Sessions {
  // Only hashes are kept, so that looking one up tells nothing about another by its time.
  const codes = new Map<string, number>()
  const sessions = new Map<string, number>()

  return {
    createCode: () => add(codes, now() + CODE_LIFETIME_MS, MAX_CODES),
    enter(code, secure = false) {
      const key = hash(code)
      const goodUntil = codes.get(key)
      codes.delete(key)
      if (goodUntil === undefined || goodUntil < now()) return null
      const token = add(sessions, now() + SESSION_LIFETIME_MS, MAX_SESSIONS)
      const seconds = Math.floor(SESSION_LIFETIME_MS / 1000)
      const name = secure ? SECURE_COOKIE : COOKIE
      return {
        cookie: `${name}=${token}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${seconds}${secure ? '; Secure' : ''}`,
      }
    },
    isOpen: (cookieHeader) => tokensIn(cookieHeader).some((token) => (sessions.get(hash(token)) ?? -1) >= now()),
  }
}

/** Adds a new random secret of 128 bits; the oldest makes room. */
function add(map: Map<string, number>, goodUntil: number, limit: number): string {
  const secret = randomBytes(16).toString('base64url')
  for (const oldest of map.keys()) {
    if (map.size < limit) break
    map.delete(oldest)
  }
  map.set(hash(secret), goodUntil)
  return secret
}

function hash(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}

function tokensIn(header = ''): string[] {
  return header
    .split(';')
    .map((pair) => pair.trim().split('='))
    .flatMap(([name, value]) => ((name === COOKIE || name === SECURE_COOKIE) && value !== undefined ? [value] : []))
}
