import { request as httpRequest } from 'node:http'
import { describe, expect, it } from 'vitest'
import { keysUnderTest } from '../../keys/keys.testing.ts'
import { addressFromEnvironment } from '../listening/address.ts'
import { accessFor, assertMayBind } from '../listening/binding.ts'
import { started } from '../listening.testing.ts'
import { ownAddresses } from '../listening/network.ts'
import { chat, serverSettings, testApp } from '../server.testing.ts'

const log = { info() {}, warn() {}, error() {} }

/** A container as the tutorials' Compose file starts it, with its neighbours in the same network. */
function container(env: NodeJS.ProcessEnv) {
  const held = keysUnderTest(env)
  const all = { OLLAMA_HOST: '0.0.0.0', ...env }
  const host = addressFromEnvironment(all).host ?? ''
  const begin = () => assertMayBind(host, { keys: held.keys, env: all, log })
  const { ask } = testApp(
    undefined,
    { keys: held.keys, env: all },
    accessFor(host, { env: all, settings: () => serverSettings() }),
  )
  const get = async (peer: string, url: string, key?: string, init: RequestInit = {}) => {
    const { host: name, pathname } = new URL(url)
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` }
    return (await ask(pathname, { ...init, peer, host: name, headers })).status
  }
  return { ...held, begin, get }
}

const inside = '127.0.0.1'
const prometheus = '172.18.0.4'
const openWebUi = '172.18.0.5'
const stranger = '172.18.0.9'

describe('the Compose file of the tutorials', () => {
  it('works as it is once HEARTH_AUTH=off is said', async () => {
    const { begin, get } = container({ HEARTH_AUTH: 'off' })
    begin()
    for (const path of ['/health', '/api/health', '/api/tags']) {
      expect(await get(inside, `http://localhost:11434${path}`), path).toBe(200)
    }
    for (const path of ['/metrics', '/api/metrics']) {
      expect(await get(prometheus, `http://hearth:11434${path}`), path).toBe(200)
    }
    for (const path of ['/api/tags', '/api/version', '/v1/models']) {
      expect(await get(openWebUi, `http://ollama-phi4:11434${path}`), path).toBe(200)
    }
    for (const path of ['/api/chat', '/v1/chat/completions']) {
      expect(await get(openWebUi, `http://ollama-phi4:11434${path}`, undefined, chat()), path).toBe(200)
    }
  })

  it('does not start without a key and without that word', () => {
    expect(container({}).begin).toThrow(expect.objectContaining({ code: 'key_required' }))
  })

  it('works with a key for each neighbour, and probes need none', async () => {
    const { begin, get, create } = container({ HEARTH_API_KEY: 'of-the-compose-file' })
    begin()
    for (const path of ['/health', '/api/health', '/api/tags']) {
      expect(await get(inside, `http://localhost:11434${path}`), path).toBe(200)
    }
    const watching = create('prometheus', { scopes: ['metrics'] }).secret
    for (const path of ['/metrics', '/api/metrics', '/api/health']) {
      expect(await get(prometheus, `http://hearth:11434${path}`, watching), path).toBe(200)
      expect(await get(prometheus, `http://hearth:11434${path}`), path).toBe(401)
    }
    expect(await get(prometheus, 'http://hearth:11434/api/tags', watching)).toBe(403)
    for (const path of ['/api/tags', '/v1/models']) {
      expect(await get(openWebUi, `http://ollama-phi4:11434${path}`, 'of-the-compose-file'), path).toBe(200)
      expect(await get(stranger, `http://ollama-phi4:11434${path}`), path).toBe(401)
    }
    expect(await get(openWebUi, 'http://ollama-phi4:11434/api/chat', 'of-the-compose-file', chat())).toBe(200)
  })

  it.each([{ HEARTH_AUTH: 'off' }, { HEARTH_API_KEY: 'k' }])(
    'answers to names of one word and those that are allowed, with %o',
    async (env) => {
      const allowed = container({ ...env, HEARTH_ALLOWED_HOSTS: 'chat.example, ollama.default.svc.cluster.local' })
      for (const name of ['chat.example', 'OLLAMA.default.svc.cluster.local:11434', 'hearth_1:80']) {
        expect(await allowed.get(openWebUi, `http://${name}/v1/models`, 'k'), name).toBe(200)
      }
      for (const name of ['evil.example', 'evil.svc.cluster.local', 'printer.local', '10.1.2.3', '[fd00::1]:11434']) {
        expect(await allowed.get(openWebUi, `http://${name}/v1/models`, 'k'), name).toBe(403)
      }
      // Here no key is asked for: a made-up name could be a trap for this machine's browser.
      expect(await allowed.get(inside, 'http://ollama-phi4:11434/v1/models')).toBe(403)
      expect(await allowed.get(inside, 'http://chat.example/v1/models')).toBe(200)
    },
  )

  const [address] = ownAddresses()
  it.skipIf(address === undefined)('is the same over sockets', async () => {
    const held = keysUnderTest()
    const { secret } = held.create('prometheus', { scopes: ['metrics'] })
    const { port } = await started(undefined, { keys: held.keys, env: { OLLAMA_HOST: '0.0.0.0' } }, { port: 0 })
    const get = (host: string, headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        httpRequest({ host, port, path: '/metrics', headers })
          .on('response', (response) => resolve(response.resume().statusCode))
          .on('error', reject)
          .end()
      })
    const from = address ?? ''
    expect(await get('127.0.0.1', { host: `localhost:${port}` })).toBe(200)
    expect(await get(from, { host: `hearth:${port}` })).toBe(401)
    expect(await get(from, { host: `hearth:${port}`, authorization: `Bearer ${secret}` })).toBe(200)
    expect(await get(from, { host: `evil.example:${port}`, authorization: `Bearer ${secret}` })).toBe(403)
    expect(await get('127.0.0.1', { host: `hearth:${port}` })).toBe(403)
  })
})
