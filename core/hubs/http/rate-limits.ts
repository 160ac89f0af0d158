import { AppError } from '../../../shared/domain/errors.ts'

/** Longest patience that a hub is believed; its windows are five minutes. */
const MOST_SECONDS = 3600
const USUAL_SECONDS = 60

export interface RateLimits {
  /** Throws `hub_rate_limited` with the seconds that are left while the hub wants no request of this kind. */
  check(url: URL): void
  /** Remembers what an answer says of its limits. Throws `hub_rate_limited` for a 429. */
  observe(url: URL, status: number, header: (name: string) => string | null): void
}

/**
 * What hubs said about patience. Hugging Face counts its API and its files apart, so each is remembered apart.
 *
 * @param now epoch milliseconds
 */
export function createRateLimits(now: () => number): RateLimits {
  const until = new Map<string, number>()
  const keyOf = (url: URL) => `${url.host}${url.pathname.startsWith('/api/') ? '/api' : ''}`
  return {
    check(url) {
      const end = until.get(keyOf(url))
      if (end === undefined) return
      if (end <= now()) until.delete(keyOf(url))
      else throw rateLimited(url.host, Math.ceil((end - now()) / 1000))
    },
    observe(url, status, header) {
      const told = patience(header, now())
      if (status === 429) {
        const seconds = Math.min(MOST_SECONDS, Math.max(1, told?.seconds ?? USUAL_SECONDS))
        until.set(keyOf(url), now() + seconds * 1000)
        throw rateLimited(url.host, seconds)
      }
      if (told?.exhausted) until.set(keyOf(url), now() + Math.min(MOST_SECONDS, told.seconds) * 1000)
    },
  }
}

/** `RateLimit: "api";r=0;t=55` means: in 55 s the window is new; one second more is sure. */
function patience(header: (name: string) => string | null, now: number) {
  const limit = header('ratelimit')
  const seconds = /(?:^|;)\s*t=(\d{1,9})/.exec(limit ?? '')?.[1]
  if (seconds !== undefined) {
    return { seconds: Number(seconds) + 1, exhausted: /(?:^|;)\s*r=0(?:;|,|$)/.test(limit ?? '') }
  }
  const retry = header('retry-after')?.trim() ?? ''
  if (/^\d{1,9}$/.test(retry)) return { seconds: Number(retry), exhausted: false }
  const date = Date.parse(retry)
  return Number.isNaN(date) ? null : { seconds: Math.ceil((date - now) / 1000), exhausted: false }
}

function rateLimited(host: string, seconds: number): AppError {
  return new AppError({
    code: 'hub_rate_limited',
    message: `${host} asks for patience: too many requests. It takes more in ${seconds} s.`,
    suggestion: 'Wait, or put an account’s token into Settings → Models: with it the limit is higher.',
    data: { host, seconds },
  })
}
