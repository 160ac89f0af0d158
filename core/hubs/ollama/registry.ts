import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../../../shared/domain/errors.ts'
import { askJson, hubNotFound, type Refusal } from '../http/ask-json.ts'
import { redirectRefused } from '../http/network-errors.ts'
import type { Http, HttpAnswer, HttpOptions } from '../hub.ts'
import type { SignText } from './registry-key.ts'

/** A registry with its tokens. */
export interface Registry {
  /** Like `Http.request`; asks for a token once when the registry wants one. Redirects are handed back. */
  request(address: string, options?: HttpOptions): Promise<HttpAnswer>
  /** Headers that a request to this registry needs now; empty while it wants none. */
  headers(address: string): Record<string, string>
}

const Token = z.object({ token: z.string().min(1).max(20_000) })
const EMPTY = createHash('sha256').update('').digest('hex')

/**
 * Requests to Ollama's registry, or one that speaks as it does. Tokens are kept for as long as this lives, each for
 * its host and its scope.
 */
export function createRegistry(http: Http, sign: SignText, now: () => number): Registry {
  const tokens = new Map<string, string>()
  const keyOf = (address: string, method: string) =>
    `${new URL(address).host} ${method === 'GET' || method === 'HEAD' ? 'pull' : 'push'}`
  const headersFor = (key: string): Record<string, string> => {
    const token = tokens.get(key)
    return token === undefined ? {} : { authorization: `Bearer ${token}` }
  }

  async function authorize(address: string, key: string, challenge: string, signal: AbortSignal | undefined) {
    const registry = new URL(address)
    const realm = challenge.match(/\brealm="([^"]{1,500})"/)?.[1] ?? ''
    const url = URL.canParse(realm) ? new URL(realm) : null
    // Whoever names another realm would get a signature that is good somewhere else.
    if (url === null || url.host !== registry.host || url.protocol !== registry.protocol)
      throw redirectRefused(registry.host)
    const scope = challenge.match(/\bscope="([^"]{0,500})"/)?.[1] ?? ''
    url.searchParams.set('service', challenge.match(/\bservice="([^"]{0,200})"/)?.[1] ?? '')
    for (const one of scope.split(' ').filter(Boolean)) url.searchParams.append('scope', one)
    url.searchParams.set('ts', String(Math.floor(now() / 1000)))
    url.searchParams.set('nonce', randomBytes(16).toString('base64url'))
    const text = `GET,${url.href},${Buffer.from(EMPTY).toString('base64')}`
    const headers = { authorization: await sign(text) }
    const { value } = await askJson(http, url.href, Token, registryRefusal(registry.host, null), {
      headers,
      signal,
      follow: false,
    })
    tokens.set(key, value.token)
  }

  return {
    async request(address, options = {}) {
      const key = keyOf(address, options.method ?? 'GET')
      const send = () =>
        http.request(address, { ...options, follow: false, headers: { ...options.headers, ...headersFor(key) } })
      const first = await send()
      const challenge = first.header('www-authenticate')
      if (first.status !== 401 || challenge === null || !/^bearer\s/i.test(challenge)) return first
      first.body.resume()
      tokens.delete(key)
      await authorize(address, key, challenge, options.signal)
      // A stream is gone by now: who sends one asks for a token before.
      return send()
    },
    headers: (address) => headersFor(keyOf(address, 'GET')),
  }
}

/** What a registry means by a refusal. */
export function registryRefusal(host: string, name: string | null): Refusal {
  return (status) => {
    if (status === 404) return hubNotFound(`${host} has no model ${name ?? ''}.`)
    if (status === 401 || status === 403) {
      return new AppError({
        code: 'hub_token_refused',
        message: `${host} does not let this computer do that.`,
        suggestion: 'For your own models, add this computer’s key to your account there.',
        data: { host },
      })
    }
    return null
  }
}
