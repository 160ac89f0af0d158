import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { testApp } from './server.testing.ts'

const rendererDir = mkdtempSync(path.join(tmpdir(), 'hearth-ui-'))
mkdirSync(path.join(rendererDir, 'assets'))
writeFileSync(path.join(rendererDir, 'index.html'), '<!doctype html><title>Hearth</title>')
writeFileSync(path.join(rendererDir, 'assets', 'main-1.js'), 'export {}')
afterAll(() => rmSync(rendererDir, { recursive: true }))

const html = { accept: 'text/html,application/xhtml+xml' }

describe('GET /v1/models', () => {
  it('lists usable models, those that answer first', async () => {
    const response = await testApp().ask('/v1/models')
    expect(await response.json()).toEqual({
      object: 'list',
      data: [
        { id: 'smollm2:135m', object: 'model', created: 5, owned_by: 'hearth' },
        { id: 'all-minilm', object: 'model', created: 5, owned_by: 'hearth' },
      ],
    })
  })

  it('describes one, also by its file name', async () => {
    const { ask } = testApp()
    expect(await (await ask('/v1/models/smollm2:135m')).json()).toMatchObject({ id: 'smollm2:135m', object: 'model' })
    expect(await (await ask('/v1/models/smollm2%3A135m.gguf')).json()).toMatchObject({ id: 'smollm2:135m.gguf' })
    const missing = await ask('/v1/models/bartowski/Llama')
    expect(missing.status).toBe(404)
    expect(await missing.json()).toMatchObject({
      error: { code: 'model_not_found', message: expect.stringContaining('bartowski/Llama') as string },
    })
  })
})

describe('GET /', () => {
  it('is the interface for browsers and a word for programs', async () => {
    const { ask } = testApp(undefined, { rendererDir })
    const page = await ask('/', { headers: html })
    expect(await page.text()).toContain('<title>Hearth</title>')
    expect(page.headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/)
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self';/)
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await (await ask('/', { headers: { accept: '*/*' } })).text()).toBe('Ollama is running')
    const head = await ask('/', { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(await head.text()).toBe('')
  })

  it('says the same to all without the interface, and has no doors then', async () => {
    const { ask } = testApp()
    expect(await (await ask('/', { headers: html })).text()).toBe('Ollama is running')
    for (const route of ['/enter?code=x', '/session', '/assets/main-1.js']) expect((await ask(route)).status).toBe(404)
  })

  it('serves its files and nothing beside them', async () => {
    const { ask } = testApp(undefined, { rendererDir })
    expect((await ask('/assets/main-1.js')).headers.get('content-type')).toMatch(/javascript/)
    for (const route of [
      '/assets/gone.js',
      '/assets/..%2f..%2fetc/passwd',
      '/package.json',
      '/assets/%2e%2e/index.html/x',
    ]) {
      expect((await ask(route)).status, route).toBe(404)
    }
  })
})

describe('a one-time link', () => {
  it('lets a browser in once', async () => {
    const { ask, sessions } = testApp(undefined, { rendererDir })
    const code = sessions.createCode()
    const entered = await ask(`/enter?code=${code}`)
    expect(entered.status).toBe(303)
    expect(entered.headers.get('location')).toBe('/')
    const cookie = entered.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict; Path=\//)
    expect((await ask('/session', { headers: { cookie: cookie.split(';')[0] ?? '' } })).status).toBe(204)

    const again = await ask(`/enter?code=${code}`)
    expect(again.headers.get('location')).toBe('/#/enter?failed=1')
    expect(again.headers.get('set-cookie')).toBeNull()
    expect((await ask('/session')).status).toBe(401)
  })
})

describe('what is not there', () => {
  it.each([
    ['PUT', '/v1/chat/completions', 405, 'POST'],
    ['GET', '/v1/chat/completions', 405, 'POST'],
    ['POST', '/v1/models', 405, 'GET, HEAD'],
    ['DELETE', '/v1/models/smollm2:135m', 405, 'GET, HEAD'],
    ['POST', '/health', 405, 'GET, HEAD'],
    ['DELETE', '/', 405, 'GET, HEAD'],
    ['POST', '/v1/nope', 404, null],
    ['GET', '/chat/completions', 404, null],
  ])('%s %s is answered with %i', async (method, route, status, allow) => {
    const response = await testApp().ask(route, { method })
    expect(response.status).toBe(status)
    expect(response.headers.get('allow')).toBe(allow)
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringMatching(/\w/) as string, type: 'invalid_request_error' },
    })
  })

  it('has the form of Ollama under /api', async () => {
    const { ask } = testApp()
    expect(await (await ask('/api/version')).json()).toEqual({ version: '1.2.3' })
    const wrong = await ask('/api/version', { method: 'POST' })
    expect(wrong.status).toBe(405)
    expect(await wrong.json()).toEqual({ error: expect.stringMatching(/GET/) as string })
    expect(await (await ask('/api/nope')).json()).toEqual({ error: expect.stringMatching(/nothing/) as string })
  })
})

describe('the list of requests', () => {
  it('shows what programs asked, and neither probes nor the interface', async () => {
    const { ask, requests } = testApp(undefined, { rendererDir })
    for (const route of ['/health', '/', '/assets/main-1.js', '/session', '/enter?code=secret']) await ask(route)
    await ask('/v1/models?key=secret')
    await ask('/v1/models', { host: 'evil.example' })
    expect(requests.list().map(({ path: shown, status, error }) => [shown, status, error !== null])).toEqual([
      ['/v1/models', 403, true],
      ['/v1/models', 200, false],
    ])
  })
})
