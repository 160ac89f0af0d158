import type { Readable } from 'node:stream'
import type { LookupFunction } from 'node:net'
import { request as send, type Dispatcher } from 'undici'
import type { Settings } from '../../shared/domain/settings.ts'
import type { Http, HttpAnswer, HttpOptions } from './hub.ts'
import { reachOfHost, type Reach } from './http/addresses.ts'
import { chooseProxy, type ProxyDeps } from './http/choose-proxy.ts'
import { createDispatchers } from './http/dispatchers.ts'
import { answerInvalid, proxyRefused, redirectRefused, stalled, toNetworkError } from './http/network-errors.ts'
import { createRateLimits } from './http/rate-limits.ts'
import { readText } from './http/read-text.ts'
import { reach } from './http/safe-redirect.ts'
import { watchBody } from './http/watched-body.ts'

export interface HttpDeps {
  /** Of the program, for the User-Agent. */
  version: string
  /** Read anew for each request. */
  settings: () => Settings['hubs']
  env: Record<string, string | undefined>
  resolveProxy: ProxyDeps['resolveProxy']
  proxyLogin: ProxyDeps['login']
  /** Epoch milliseconds. */
  now?: () => number
  lookup?: LookupFunction
}

const MAX_HOPS = 10
const SILENCE_MS = 30_000
const REDIRECTS = new Set([301, 302, 303, 307, 308])
/** Go to the origin that they were meant for and to no other. */
const PRIVATE_HEADERS = new Set(['authorization', 'cookie', 'proxy-authorization'])

interface Hop {
  url: URL
  method: NonNullable<HttpOptions['method']>
  headers: Record<string, string>
  body: HttpOptions['body']
}

/** The one way out to the network; see {@link Http}. */
export function createHttp(deps: HttpDeps): Http {
  const dispatchers = createDispatchers(() => deps.settings().certificates, deps.lookup)
  const limits = createRateLimits(deps.now ?? Date.now)
  const proxyDeps: ProxyDeps = {
    settings: () => deps.settings().proxy,
    env: deps.env,
    resolveProxy: deps.resolveProxy,
    login: deps.proxyLogin,
  }

  async function hop(at: Hop, most: Reach, options: HttpOptions): Promise<HttpAnswer> {
    const { url } = at
    limits.check(url)
    const proxy = await chooseProxy(url, proxyDeps)
    const silenceMs = options.silenceMs ?? SILENCE_MS
    const silence = new AbortController()
    const timer = setTimeout(() => silence.abort(stalled(url.host)), silenceMs)
    const signal = options.signal ? AbortSignal.any([options.signal, silence.signal]) : silence.signal
    const toError = (error: unknown) => toNetworkError(error, url.host, proxy?.host ?? null)
    let answer: Dispatcher.ResponseData
    try {
      answer = await send(url, {
        dispatcher: dispatchers.get(proxy, most),
        method: at.method,
        headers: { 'user-agent': `hearth/${deps.version}`, 'accept-encoding': 'identity', ...at.headers },
        body: at.body ?? null,
        signal,
      })
    } catch (error) {
      options.signal?.throwIfAborted()
      throw silence.signal.aborted ? stalled(url.host) : toError(error)
    } finally {
      clearTimeout(timer)
    }
    const header = (name: string) => first(answer.headers[name.toLowerCase()])
    const body = watchBody(answer.body, silenceMs, () => stalled(url.host), toError)
    body.on('error', ignore)
    if (at.method === 'HEAD') body.resume()
    try {
      if (answer.statusCode === 407 && proxy) throw proxyRefused(proxy.host)
      limits.observe(url, answer.statusCode, header)
    } catch (error) {
      body.destroy()
      throw error
    }
    return {
      status: answer.statusCode,
      url: url.href,
      header,
      body,
      text: (maxBytes) => readText(body, header('content-encoding'), url.host, maxBytes),
    }
  }

  return {
    async request(address, options = {}) {
      options.signal?.throwIfAborted()
      let at: Hop = {
        url: parse(address),
        method: options.method ?? 'GET',
        headers: lowerCased(options.headers ?? {}),
        body: options.body,
      }
      const origin = at.url
      let most: Reach = 2
      for (let count = 0; count <= MAX_HOPS; count += 1) {
        const answer = await hop(at, most, options)
        const location = answer.header('location')
        if (options.follow === false || location === null || !REDIRECTS.has(answer.status)) return answer
        // Little is read to its end, so that the connection can be used again.
        if (Number(answer.header('content-length') ?? Infinity) <= 65_536) answer.body.resume()
        else answer.body.destroy()
        const next = nextHop(at, location, answer.status)
        // What was configured may be inside a network; from there on nothing closer by is reached.
        if (most === 2) most = await reach(origin)
        if ((reachOfHost(next.url.hostname) ?? 0) > most) throw redirectRefused(at.url.host)
        at = next
      }
      throw redirectRefused(origin.host)
    },
    close: () => dispatchers.close(),
  }
}

function nextHop(at: Hop, location: string, status: number): Hop {
  const url = URL.canParse(location, at.url.href) ? new URL(location, at.url) : null
  if (url === null || !['http:', 'https:'].includes(url.protocol)) throw redirectRefused(at.url.host)
  if (at.url.protocol === 'https:' && url.protocol !== 'https:') throw redirectRefused(at.url.host)
  const asGet = at.method !== 'GET' && at.method !== 'HEAD' && status < 307
  // A stream can be sent once.
  if (!asGet && isStream(at.body)) throw redirectRefused(at.url.host)
  const kept = Object.entries(at.headers).filter(([name]) => url.origin === at.url.origin || !PRIVATE_HEADERS.has(name))
  return {
    url,
    method: asGet ? 'GET' : at.method,
    headers: Object.fromEntries(kept),
    body: asGet ? undefined : at.body,
  }
}

function parse(address: string): URL {
  if (!URL.canParse(address)) throw answerInvalid(address.slice(0, 100))
  return new URL(address)
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

function first(value: string | string[] | undefined): string | null {
  return Array.isArray(value) ? value.join(', ') : (value ?? null)
}

function isStream(body: HttpOptions['body']): body is Readable {
  return typeof body === 'object' && !(body instanceof Uint8Array)
}

/** Who reads the body hears of its error; nobody need listen once it was destroyed. */
function ignore() {}
