import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { KeyScope } from '../../../shared/domain/keys.ts'
import { keysUnderTest } from '../../keys/keys.testing.ts'
import { testApp } from '../server.testing.ts'
import { parseOrigins } from './origin.ts'

const rendererDir = mkdtempSync(path.join(tmpdir(), 'hearth-ui-'))
writeFileSync(path.join(rendererDir, 'index.html'), '<!doctype html>')
afterAll(() => rmSync(rendererDir, { recursive: true }))

const LATER = 3600_000
const known = keysUnderTest()
const secrets = {
  inference: known.create('asks', { scopes: ['inference'] }).secret,
  management: known.create('manages', { scopes: ['management'] }).secret,
  metrics: known.create('watches', { scopes: ['metrics'] }).secret,
  expired: known.create('guest', { scopes: ['inference', 'management', 'metrics'], expiresAt: 1_700_000_000_001 })
    .secret,
}
known.pass(LATER)

/** As a server that listens on all networks, called `box`. */
const everywhere = { hosts: new Set(['box']), plainNames: true }
const { app, ask } = testApp(undefined, { rendererDir, keys: known.keys }, everywhere)

/** What each route is for. One that is missing here is an error: whoever adds a route says who may use it. */
const EXPECTED: Record<string, KeyScope | 'open'> = {
  'GET /': 'open',
  'GET /health': 'open',
  'GET /enter': 'open',
  'GET /session': 'open',
  'GET /assets/*': 'open',
  'GET /:file{[\\w-]+\\.\\w+}': 'open',
  'GET /api/health': 'metrics',
  'GET /ready': 'open',
  'GET /api/ready': 'metrics',
  'GET /metrics': 'metrics',
  'GET /api/metrics': 'metrics',
  'GET /v1/models': 'inference',
  'GET /v1/models/:id{.+}': 'inference',
  'POST /v1/chat/completions': 'inference',
  'POST /v1/completions': 'inference',
  'POST /v1/embeddings': 'inference',
  'POST /v1/rerank': 'inference',
  'POST /tokenize': 'inference',
  'POST /detokenize': 'inference',
  'POST /v1/responses': 'inference',
  'GET /v1/responses/:id': 'inference',
  'DELETE /v1/responses/:id': 'inference',
  'POST /v1/messages': 'inference',
  'POST /v1/messages/count_tokens': 'inference',
  'POST /reasoning': 'inference',
  'GET /api/v0/models': 'inference',
  'GET /api/v0/models/:id{.+}': 'inference',
  'POST /api/v0/chat/completions': 'inference',
  'POST /api/v0/completions': 'inference',
  'POST /api/v0/embeddings': 'inference',
  'GET /api/v1/models': 'inference',
  'POST /api/v1/models/load': 'management',
  'POST /api/v1/models/unload': 'management',
  'POST /api/v1/models/download': 'management',
  'GET /api/v1/models/download/status/:id': 'management',
  'POST /api/v1/chat': 'inference',
  'GET /docs': 'inference',
  'GET /openapi.json': 'inference',
  'GET /api/version': 'inference',
  'POST /api/generate': 'inference',
  'POST /api/chat': 'inference',
  'POST /api/embed': 'inference',
  'POST /api/embeddings': 'inference',
  'GET /api/tags': 'inference',
  'GET /api/ps': 'inference',
  'POST /api/show': 'inference',
  'POST /api/copy': 'management',
  'DELETE /api/delete': 'management',
  'POST /api/create': 'management',
  'POST /api/pull': 'management',
  'GET /api/blobs/:digest': 'management',
  'POST /api/blobs/:digest': 'management',
  'GET /v2/': 'inference',
  'GET /v2/:namespace/:name/manifests/:tag': 'inference',
  'GET /v2/:namespace/:name/blobs/:digest': 'inference',
  'POST /api/push': 'management',
}

/** Every route that is registered, so that a new one can't be forgotten here. */
const registered = app.routes
  .filter(({ method, path: pattern }) => method !== 'ALL' && pattern !== '/*')
  .map(({ method, path: pattern }) => `${method} ${pattern}`)
const table = Object.entries(EXPECTED).map(([route, scope]) => {
  const [method = '', pattern = ''] = route.split(' ')
  const filled = pattern
    .replace(/:id(\{[^}]*\})?/, 'smollm2:135m')
    .replace(/:file\{.*\}$/, 'index.html')
    .replaceAll(/:(?:digest|namespace|name|tag)\b(?:\{[^}]*\})?/g, 'x')
    .replace('*', 'x.js')
  return { method, route: filled, scope }
})
const guarded = table.filter(({ route }) => route !== '/health')
const methods = ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']

/** A request to a route from another computer, as a form of a web page or `curl -d` sends it. */
const send = (
  { method, route }: { method: string; route: string },
  headers: Record<string, string> = {},
  from: { peer?: string; host?: string } = {},
) =>
  ask(route, {
    method,
    peer: '192.168.1.9',
    host: 'box',
    ...(method === 'POST' ? { body: '{}' } : {}),
    headers: { 'content-type': 'text/plain', ...headers },
    ...from,
  })
const messageOf = async (response: Response) => JSON.stringify(await response.json())

describe('the guard', () => {
  it('knows what each route is for', () => {
    expect(registered.toSorted()).toEqual(Object.keys(EXPECTED).toSorted())
    expect(table.some(({ route }) => /[:*{](?!135m)/.test(route))).toBe(false)
  })

  describe.each(guarded)('of $method $route', (one) => {
    const { scope } = one
    const letsIn = async (headers: Record<string, string>, from = {}) =>
      expect([401, 403, 415, 429]).not.toContain((await send(one, headers, from)).status)

    it('asks other computers for a key that is one and has not expired', async () => {
      if (one.route === '/session') return
      if (scope === 'open') {
        for (const headers of [{}, { authorization: 'Bearer wrong' }]) await letsIn(headers)
        return
      }
      expect((await send(one)).status).toBe(401)
      for (const headers of [{ authorization: 'Bearer wrong' }, { 'x-api-key': 'wrong' }]) {
        expect((await send(one, headers)).status).toBe(401)
      }
      const expired = await send(one, { 'x-api-key': secrets.expired })
      expect(expired.status).toBe(401)
      expect(await messageOf(expired)).toMatch(/guest.*expired/)
    })

    it('asks for a key with the right scope', async () => {
      if (scope === 'open') return
      for (const other of ['inference', 'management', 'metrics'] as const) {
        if (other === scope) continue
        const refused = await send(one, { authorization: `Bearer ${secrets[other]}` })
        expect(refused.status, other).toBe(403)
        expect(await messageOf(refused)).toContain(`scope \\"${scope}\\"`)
      }
      await letsIn({ authorization: `Bearer ${secrets[scope]}` })
      await letsIn({ 'x-api-key': secrets[scope] })
      await letsIn({ authorization: 'Bearer anything', 'x-api-key': secrets[scope] })
    })

    it('asks programs of this machine for none, and knows one all the same', async () => {
      if (one.route === '/session') return
      for (const peer of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
        await letsIn({}, { peer })
        await letsIn({ authorization: 'Bearer anything' }, { peer })
      }
      if (scope === 'open') return
      const other = scope === 'metrics' ? secrets.inference : secrets.metrics
      expect((await send(one, { 'x-api-key': other }, { peer: '127.0.0.1' })).status).toBe(403)
      expect((await send(one, { 'x-api-key': secrets.expired }, { peer: '127.0.0.1' })).status).toBe(401)
    })

    const key = scope === 'open' ? '' : secrets[scope]
    it.each([
      ['a foreign host', {}, { host: 'evil.example' }],
      ['a foreign host with the right key', { 'x-api-key': key }, { host: 'evil.example' }],
      ['a rebound name', { origin: 'http://evil.example:1234' }, { host: 'evil.example:1234' }],
      ['a rebound name from here', { origin: 'http://evil:1234' }, { host: 'evil:1234', peer: '127.0.0.1' }],
      ['a form of a foreign page', { origin: 'http://evil.example' }, {}],
      ['a form of a foreign page from here', { origin: 'http://evil.example' }, { peer: '127.0.0.1' }],
      ['a foreign page with the right key', { origin: 'http://evil.example', 'x-api-key': key }, {}],
      ['a sandboxed page', { origin: 'null' }, { peer: '127.0.0.1' }],
      ['a file', { origin: 'file://' }, { peer: '127.0.0.1' }],
    ])('refuses %s', async (_what, headers, from) => {
      const response = await send(one, headers, from)
      expect(response.status).toBe(403)
      expect(response.headers.get('access-control-allow-origin')).toBeNull()
    })
  })

  it.each(guarded.flatMap(({ route }) => methods.map((method) => [method, route] as const)))(
    'refuses a foreign host and foreign pages on %s %s',
    async (method, route) => {
      expect((await ask(route, { method, host: 'evil.example' })).status).toBe(403)
      for (const origin of ['http://evil.example', 'null', 'file://']) {
        const response = await ask(route, { method, headers: { origin, 'access-control-request-method': 'POST' } })
        expect(response.status, origin).toBe(403)
        expect(response.headers.get('access-control-allow-origin'), origin).toBeNull()
      }
    },
  )

  it('asks for a key before it says that something is not there, or is something else', async () => {
    for (const [method, route] of [
      ['GET', '/nope'],
      ['POST', '/v1/nope'],
      ['PUT', '/v1/models'],
      ['DELETE', '/api/tags'],
    ] as const) {
      expect((await send({ method, route })).status, route).toBe(401)
      expect((await send({ method, route }, { 'x-api-key': secrets.inference })).status, route).toBe(
        method === 'GET' || route === '/v1/nope' ? 404 : 405,
      )
    }
  })

  it('refuses unknown paths to strangers too, before it says that they are unknown', async () => {
    expect((await ask('/nope', { host: 'evil.example' })).status).toBe(403)
    expect((await ask('/nope')).status).toBe(404)
  })

  it('answers GET /health under any name, and tells nothing', async () => {
    const response = await ask('/health', { host: 'evil.example', headers: { origin: 'http://evil.example' } })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ status: 'healthy' })
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })

  it.each(['//health', '/health/', '/health/../v1/models', '/v1/models?/health', '/HEALTH'])(
    'is not fooled by %s',
    async (route) => {
      expect((await ask(route, { host: 'evil.example' })).status).toBe(403)
    },
  )

  it('does not believe a whole URL in the request line over the Host header', async () => {
    const response = await ask('/v1/models', { host: 'localhost', headers: { host: 'evil.example' } })
    expect(response.status).toBe(403)
  })
})

describe('pages that may call', () => {
  it('are told so, also when the answer is an error', async () => {
    for (const route of ['/v1/models', '/v1/models/none', '/nope']) {
      const response = await ask(route, { headers: { origin: 'http://localhost:3000' } })
      expect(response.headers.get('access-control-allow-origin'), route).toBe('http://localhost:3000')
      expect(response.headers.get('vary'), route).toMatch(/origin/i)
    }
  })

  it('may ask before they send', async () => {
    const response = await ask('/v1/chat/completions', {
      method: 'OPTIONS',
      headers: {
        origin: 'http://localhost:3000',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization, content-type, x-stainless-os',
      },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-methods')).toMatch(/POST/)
    expect(response.headers.get('access-control-allow-headers')).toBe('authorization, content-type, x-stainless-os')
  })

  it('can be configured', async () => {
    const configured = testApp(
      undefined,
      {},
      { origins: parseOrigins('https://chat.example'), hosts: new Set(['ollama-phi4']) },
    )
    const response = await configured.ask('/v1/models', {
      host: 'ollama-phi4:11434',
      headers: { origin: 'https://chat.example' },
    })
    expect(response.status).toBe(200)
  })
})

describe('a request without the right key', () => {
  it.each([
    ['/v1/models', { error: { type: 'authentication_error', code: 'invalid_api_key' } }],
    ['/api/tags', { error: expect.stringMatching(/needs a key/) as string }],
    ['/v1/messages', { type: 'error', error: { type: 'authentication_error' } }],
  ])('is refused in the form of the API, at %s', async (route, form) => {
    const response = await send({ method: route === '/v1/messages' ? 'POST' : 'GET', route })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect(await response.json()).toMatchObject(form)
  })

  it('tells a page that may call about it', async () => {
    for (const route of ['/v1/models', '/nope']) {
      const response = await send({ method: 'GET', route }, { origin: 'http://localhost:3000' })
      expect(response.status).toBe(401)
      expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:3000')
    }
  })

  it('is answered where no key is asked for, and not counted as anybody’s', async () => {
    const open = testApp(undefined, { keys: known.keys }, { ...everywhere, keyNeeded: false })
    const from = { peer: '192.168.1.9', host: 'box' }
    expect((await open.ask('/v1/models', from)).status).toBe(200)
    expect((await open.ask('/v1/models', { ...from, headers: { 'x-api-key': 'anything' } })).status).toBe(200)
    expect(open.requests.list().map(({ keyName }) => keyName)).toEqual([null, null])
    expect((await open.ask('/v1/models', { ...from, headers: { 'x-api-key': secrets.metrics } })).status).toBe(403)
  })
})
