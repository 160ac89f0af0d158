import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { testApp } from '../server.testing.ts'
import { parseOrigins } from './origin.ts'

const rendererDir = mkdtempSync(path.join(tmpdir(), 'hearth-ui-'))
writeFileSync(path.join(rendererDir, 'index.html'), '<!doctype html>')
afterAll(() => rmSync(rendererDir, { recursive: true }))

const { app, ask } = testApp(undefined, { rendererDir })

/** Every route that is registered, so that a new one can't be forgotten here. */
const routes = [...new Set(app.routes.map(({ path: pattern }) => pattern))]
  .filter((pattern) => pattern !== '/*')
  .map((pattern) =>
    pattern
      .replace(/:id(\{[^}]*\})?/, 'smollm2:135m')
      .replace(/:file\{.*\}$/, 'index.html')
      .replaceAll(/:(?:digest|namespace|name|tag)\b(?:\{[^}]*\})?/g, 'x')
      .replace('*', 'x.js'),
  )
const guarded = routes.filter((route) => route !== '/health')
const methods = ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']

describe('the guard', () => {
  it('knows the routes that it is tested with', () => {
    expect(routes).toEqual(
      expect.arrayContaining([
        '/',
        '/health',
        '/v1/models',
        '/v1/models/smollm2:135m',
        '/v1/chat/completions',
        '/api/version',
        '/enter',
        '/session',
      ]),
    )
    expect(routes.some((route) => /[:*{](?!135m)/.test(route))).toBe(false)
  })

  it.each(guarded.flatMap((route) => methods.map((method) => [method, route] as const)))(
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

  it.each(guarded)('lets programs and pages of this machine reach %s', async (route) => {
    for (const headers of [{}, { origin: 'http://localhost:3000' }, { origin: 'http://127.0.0.1:1234' }]) {
      expect((await ask(route, { headers })).status).not.toBe(403)
    }
  })

  it('refuses unknown paths to strangers too, before it says that they are unknown', async () => {
    expect((await ask('/nope', { host: 'evil.example' })).status).toBe(403)
    expect((await ask('/nope')).status).toBe(404)
  })

  it('answers GET /health under any name, and tells nothing', async () => {
    const response = await ask('/health', { host: 'evil.example', headers: { origin: 'http://evil.example' } })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ status: 'ok' })
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

describe('the key', () => {
  const keyed = testApp(undefined, { rendererDir }, { key: 'secret', hosts: new Set(['box']) })
  const from = (peer: string, route: string, headers: Record<string, string> = {}) =>
    keyed.ask(route, { peer, host: 'box', headers })

  const doors = new Set(['/', '/enter', '/session', '/assets/x.js', '/index.html'])
  it.each([...guarded.filter((route) => !doors.has(route)), '/v1/nope', '/nope'])(
    'is needed from other computers for %s',
    async (route) => {
      expect((await from('192.168.1.9', route)).status).toBe(401)
      expect((await from('192.168.1.9', route, { authorization: 'Bearer wrong' })).status).toBe(401)
      expect((await from('192.168.1.9', route, { authorization: 'Bearer secret' })).status).not.toBe(401)
      expect((await from('192.168.1.9', route, { 'x-api-key': 'secret' })).status).not.toBe(401)
    },
  )

  it.each(['127.0.0.1', '::1', '::ffff:127.0.0.1'])('is not needed from %s', async (peer) => {
    expect((await from(peer, '/v1/models')).status).toBe(200)
    expect((await from(peer, '/v1/models', { authorization: 'Bearer anything' })).status).toBe(200)
  })

  it('is not for browsers, who enter by a link', async () => {
    expect((await from('192.168.1.9', '/', { accept: 'text/html' })).status).toBe(200)
    expect((await from('192.168.1.9', '/session')).status).toBe(401)
  })

  it('comes with the form of the API', async () => {
    const response = await from('192.168.1.9', '/v1/models')
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect(await response.json()).toMatchObject({ error: { type: 'authentication_error', code: 'invalid_api_key' } })
  })
})
