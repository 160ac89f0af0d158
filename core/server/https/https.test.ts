import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { connect as connectPlain } from 'node:net'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import OpenAI from 'openai'
import { Agent, fetch as undiciFetch } from 'undici'
import { describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { Settings } from '../../../shared/domain/settings.ts'
import { tempFolder } from '../../lib/temp-folder.testing.ts'
import { cleanUps, endless, freePort, newest, started, takenPort } from '../listening.testing.ts'
import { createServer } from '../server.ts'
import { chat, finish, prefill, scriptedDeps, serverSettings, text } from '../server.testing.ts'
import { makeCertificate, writeCertificate } from './certificate.testing.ts'

type Https = Settings['server']['https']

const selfMade: Https = { mode: 'self-signed', certificate: null, key: null }
/** As it is on a computer whose clock is right. */
const now = { clock: () => Date.now() }
const withHttps = (https: Https) => ({ ...now, settings: () => serverSettings({ https }) })

/** A fetch that trusts one certificate more. */
function trusting(ca: string): typeof fetch {
  const agent = new Agent({ connect: { ca } })
  cleanUps.push(() => agent.close())
  const trusted = (url: string, init?: object) => undiciFetch(url, { ...init, dispatcher: agent })
  return trusted as unknown as typeof fetch // the same in all that the tests and clients use of it
}

/** A server with a certificate of its own, and how to reach it. */
async function selfSigned(...[generate, more]: Parameters<typeof started>) {
  const home = tempFolder()
  const { server, url, port } = await started(generate, { home, ...withHttps(selfMade), ...more })
  const ca = readFileSync(join(home, 'https', 'certificate.pem'), 'utf8')
  return { server, url, port, home, ca, ask: trusting(ca) }
}

describe('HTTPS with a certificate that Hearth made', () => {
  it('answers under every name of it, and shows its fingerprint', async () => {
    const { server, url, port, ca, ask } = await selfSigned()
    expect(url).toBe(`https://127.0.0.1:${port}`)
    for (const host of ['127.0.0.1', 'localhost']) {
      expect((await ask(`https://${host}:${port}/v1/models`)).status).toBe(200)
    }
    const socket = connect({ port, host: '127.0.0.1', ca })
    cleanUps.push(() => socket.destroy())
    await new Promise((resolve) => socket.once('secureConnect', resolve))
    expect(server.state().status.certificateFingerprint).toBe(socket.getPeerCertificate().fingerprint256)
    await expect(fetch(`${url}/health`)).rejects.toThrow()
  })

  it('is the same after the next start', async () => {
    const { server } = await selfSigned()
    const before = server.state().status.certificateFingerprint
    await server.stop()
    expect(server.state().status.certificateFingerprint).toBeNull()
    await server.start({ port: 0 })
    expect(server.state().status.certificateFingerprint).toBe(before)
  })

  it('says so when there is nowhere to keep one', async () => {
    const home = join(tempFolder(), 'file')
    writeFileSync(home, '')
    const server = createServer(scriptedDeps(undefined, { home, ...withHttps(selfMade) }))
    await expect(server.start({ port: 0 })).rejects.toMatchObject({ code: 'folder_unwritable', data: { path: home } })
    expect(server.state().status.state).toBe('failed')
  })

  it('answers the openai client, streamed and not', async () => {
    const { url, ask } = await selfSigned()
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any', maxRetries: 0, fetch: ask })
    const request = { model: 'smollm2:135m', messages: [{ role: 'user' as const, content: 'Capital of France?' }] }
    expect((await client.chat.completions.create(request)).choices[0]?.message.content).toBe('Paris.')
    let streamed = ''
    for await (const chunk of await client.chat.completions.create({ ...request, stream: true })) {
      streamed += chunk.choices[0]?.delta.content ?? ''
    }
    expect(streamed).toBe('Paris.')
  })

  it('answers a program that is told of it by NODE_EXTRA_CA_CERTS, as it is', async () => {
    const { url, home } = await selfSigned()
    const openai = pathToFileURL(join(import.meta.dirname, '../../../node_modules/openai/index.mjs')).href
    const program = `
      import OpenAI from ${JSON.stringify(openai)}
      const client = new OpenAI({ baseURL: ${JSON.stringify(`${url}/v1`)}, apiKey: 'any', maxRetries: 0 })
      for await (const { id } of client.models.list()) console.log(id)`
    const run = promisify(execFile)
    const args = ['--input-type=module', '--eval', program]
    await expect(run(process.execPath, args)).rejects.toThrow(/self-signed certificate/)
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(home, 'https', 'certificate.pem') }
    expect((await run(process.execPath, args, { env })).stdout).toContain('smollm2:135m')
  })

  it('stops the model when a client hangs up', async () => {
    const stopped = vi.fn()
    const { url, server, ask } = await selfSigned(endless(stopped))
    const controller = new AbortController()
    const pending = ask(`${url}/v1/chat/completions`, { ...chat(), signal: controller.signal })
    await vi.waitFor(() => expect(newest(server)?.completionTokens).toBe(1))
    controller.abort()
    await expect(pending).rejects.toThrow()
    await vi.waitFor(() => expect(stopped).toHaveBeenCalled())
  })

  it.each([
    ['plain HTTP', 'GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n', /^HTTP\/1\.1 400 .*speaks HTTPS/s],
    [
      'plain HTTP with a body',
      `POST /api/chat HTTP/1.1\r\nHost: localhost\r\n\r\n${'x'.repeat(90_000)}`,
      /^HTTP\/1\.1 400 /,
    ],
    ['neither', 'nonsense\r\n\r\n', /^$/],
    ['a handshake that breaks off', '\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00', /^.{0,20}$/s],
  ])('does not answer who speaks %s, and closes the connection', async (_name, bytes, answer) => {
    const { url, port, ask } = await selfSigned()
    const socket = connectPlain(port, '127.0.0.1')
    let received = ''
    socket.on('data', (data) => (received += data.toString('latin1')))
    socket.on('error', () => {})
    socket.write(bytes)
    await new Promise((resolve) => socket.once('close', resolve))
    expect(received).toMatch(answer)
    expect((await ask(`${url}/health`)).status).toBe(200)
  })

  it('is not spoken in versions that are broken', async () => {
    const { port, ca } = await selfSigned()
    const attempt = (version: 'TLSv1.1' | 'TLSv1.2') =>
      new Promise((resolve) => {
        // OpenSSL itself would not even try the old one.
        const options = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' }
        const socket = connect({ port, host: '127.0.0.1', ca, ...options })
        socket.once('secureConnect', () => resolve(socket.getProtocol()))
        socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
        cleanUps.push(() => socket.destroy())
      })
    expect(await attempt('TLSv1.2')).toBe('TLSv1.2')
    expect(await attempt('TLSv1.1')).toMatch(/^ERR_SSL_|ECONNRESET/)
  })

  it('stops at once although someone shakes hands without end', async () => {
    const { server, port } = await selfSigned()
    const socket = connectPlain(port, '127.0.0.1')
    socket.on('error', () => {})
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
    const gone = new Promise((resolve) => socket.once('close', resolve))
    await server.stop()
    await gone
    expect(server.state().status.state).toBe('off')
  })
})

describe('a browser that comes by HTTPS', () => {
  const rendererDir = join(import.meta.dirname, '../../../renderer')

  it('gets a cookie that goes by nothing else, and speaks rpc with it', async () => {
    const upgradeRpc = (socket: WebSocket) => socket.send('hello')
    const { server, url, port, ca, ask } = await selfSigned(undefined, { rendererDir, upgradeRpc })
    const link = server.createLink().url
    expect(link).toMatch(/^https:/)
    const entered = await ask(link, { redirect: 'manual' })
    const cookie = entered.headers.getSetCookie()[0] ?? ''
    expect(cookie).toMatch(/^__Host-hearth_session=.*; Secure$/)
    const headers = { cookie: cookie.split(';')[0] ?? '' }
    expect((await ask(`${url}/session`, { headers })).status).toBe(204)

    const knock = (origin: string) =>
      new Promise((resolve) => {
        const socket = new WebSocket(`wss://127.0.0.1:${port}/rpc`, { ca, headers: { ...headers, origin } })
        socket.on('error', () => {})
        cleanUps.push(() => socket.terminate())
        socket.once('message', (data) => resolve(String(data)))
        socket.once('unexpected-response', (_request, response) => resolve(response.statusCode))
      })
    expect(await knock(url)).toBe('hello')
    expect(await knock(url.replace('https:', 'http:'))).toBe(403)
  })

  it('may connect back by nothing else', async () => {
    const { url, ask } = await selfSigned(undefined, { rendererDir })
    const page = await ask(url, { headers: { accept: 'text/html' } })
    expect(page.headers.get('content-security-policy')).toContain(`connect-src 'self' wss://${new URL(url).host};`)
  })

  it('is another page than one that came without, and may name the usual port', async () => {
    const { port, ca } = await selfSigned(undefined, { env: { HEARTH_ALLOWED_HOSTS: 'box' } })
    const status = (headers: Record<string, string>) =>
      new Promise((resolve, reject) => {
        const options = { port, host: '127.0.0.1', path: '/v1/models', ca, headers, agent: false, servername: 'box' }
        const asked = request(options, (response) => resolve(response.resume().statusCode))
        asked.on('error', reject).end()
      })
    expect(await status({ host: `box:${port}`, origin: `https://box:${port}` })).toBe(200)
    expect(await status({ host: `box:${port}`, origin: `http://box:${port}` })).toBe(403)
    expect(await status({ host: 'box:443', origin: 'https://box:443' })).toBe(200)
    expect(await status({ host: 'evil.example:443' })).toBe(403)
  })
})

describe("HTTPS with the person's certificate", () => {
  it('answers with it, and with the one that takes its place', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    cleanUps.push(() => vi.useRealTimers())
    const first = await makeCertificate()
    const folder = tempFolder()
    const files = writeCertificate(folder, first)
    const warn = vi.fn()
    const log = { info() {}, warn, error() {} }
    const { server, port } = await started(undefined, { ...withHttps({ mode: 'own', ...files }), log })
    const status = () => server.state().status
    const url = `https://localhost:${port}/v1/models`
    expect((await trusting(first.ca)(url)).status).toBe(200)
    const before = status().certificateFingerprint

    writeFileSync(files.certificate, 'half a certif')
    vi.advanceTimersByTime(10_000)
    await vi.waitFor(() => expect(status().error).toMatchObject({ code: 'certificate_invalid' }))
    expect(status()).toMatchObject({ state: 'on', certificateFingerprint: before })
    expect((await trusting(first.ca)(url)).status).toBe(200)
    vi.advanceTimersByTime(20_000)
    await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(1))

    const second = await makeCertificate()
    writeCertificate(folder, second)
    vi.advanceTimersByTime(10_000)
    await vi.waitFor(() => expect(status().certificateFingerprint).not.toBe(before))
    expect(status().error).toBeNull()
    expect((await trusting(second.ca)(url)).status).toBe(200)
    await expect(trusting(first.ca)(url)).rejects.toThrow()
  })

  it('warns when it has expired', async () => {
    const expired = await makeCertificate({ from: Date.now() - 9e8, to: Date.now() - 1e8 })
    const files = writeCertificate(tempFolder(), expired)
    const { server } = await started(undefined, { ...withHttps({ mode: 'own', ...files }) })
    expect(server.state().status).toMatchObject({ state: 'on', error: { code: 'certificate_expired' } })
  })

  it('does not answer without one', async () => {
    const server = createServer(scriptedDeps(undefined, withHttps({ mode: 'own', certificate: null, key: null })))
    await expect(server.start({ port: 0 })).rejects.toMatchObject({
      code: 'certificate_unreadable',
      message: expect.stringContaining('not named') as string,
    })
    expect(server.state().status).toMatchObject({ state: 'failed', error: { code: 'certificate_unreadable' } })
  })

  it('comes from the environment before the settings, both files or none', async () => {
    const made = await makeCertificate()
    const { certificate, key } = writeCertificate(tempFolder(), made)
    const { url } = await started(undefined, { ...now, env: { HEARTH_TLS_CERT: certificate, HEARTH_TLS_KEY: key } })
    expect((await trusting(made.ca)(`${url}/health`)).status).toBe(200)
    const half = createServer(scriptedDeps(undefined, { env: { HEARTH_TLS_KEY: key } }))
    await expect(half.start({ port: 0 })).rejects.toMatchObject({
      code: 'invalid_input',
      message: 'HEARTH_TLS_KEY is set, but HEARTH_TLS_CERT is not.',
    })
  })
})

describe('a change of HTTPS while the server runs', () => {
  async function changing(generate?: Parameters<typeof started>[0]) {
    const home = tempFolder()
    const state = { https: { mode: 'off', certificate: null, key: null } as Https, port: await freePort() }
    const settings = () => serverSettings(state)
    const running = await started(generate, { ...now, home, settings }, {})
    return { ...running, state, home }
  }

  it('keeps the port, and lets a running answer end', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    const { server, url, port, state, home } = await changing(async function* () {
      yield prefill
      await held
      yield text('Paris.')
      yield finish()
    })
    const answer = fetch(`${url}/v1/chat/completions`, chat())
    await vi.waitFor(() => expect(newest(server)?.promptTokens).toBe(12))
    state.https = selfMade
    await server.applySettings()
    expect(server.state().status.addresses).toEqual([`https://127.0.0.1:${port}`])
    const ca = readFileSync(join(home, 'https', 'certificate.pem'), 'utf8')
    expect((await trusting(ca)(`https://127.0.0.1:${port}/health`)).status).toBe(200)
    release()
    expect(await (await answer).json()).toMatchObject({ choices: [{ message: { content: 'Paris.' } }] })

    state.https = { ...selfMade, mode: 'off' }
    await server.applySettings()
    expect(server.state().status).toMatchObject({ addresses: [url], certificateFingerprint: null })
    expect((await fetch(`${url}/health`)).status).toBe(200)
  })

  it('is not made when the certificate is no good, and the old way still answers', async () => {
    const { server, url, state } = await changing()
    state.https = { mode: 'own', certificate: '/nonexistent/a.pem', key: '/nonexistent/b.pem' }
    await expect(server.applySettings()).rejects.toMatchObject({ code: 'certificate_unreadable' })
    expect(server.state().status).toMatchObject({
      state: 'on',
      addresses: [url],
      error: { code: 'certificate_unreadable' },
    })
    expect((await fetch(`${url}/health`)).status).toBe(200)
  })

  it('together with a port that is taken leaves the old one as it was', async () => {
    const { server, url, state } = await changing()
    state.https = selfMade
    state.port = await takenPort()
    await expect(server.applySettings()).rejects.toMatchObject({ code: 'port_in_use' })
    expect(server.state().status).toMatchObject({ addresses: [url], certificateFingerprint: null })
    expect((await fetch(`${url}/health`)).status).toBe(200)
  })
})
