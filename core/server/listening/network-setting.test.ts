import { createServer as createTcpServer } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { keysUnderTest } from '../../keys/keys.testing.ts'
import { cleanUps, freePort, newest, started } from '../listening.testing.ts'
import { networkAddresses } from './network.ts'
import { chat, finish, prefill, serverSettings, text } from '../server.testing.ts'

const lan = networkAddresses().find((address) => !address.includes(':')) ?? ''

/** A server whose setting for the network can be changed while it runs. */
async function changing({ network = false, ...more }: Parameters<typeof started>[1] & { network?: boolean } = {}) {
  const state = { network, port: await freePort(), origins: [] as string[] }
  const { keys } = keysUnderTest({ HEARTH_API_KEY: 'secret' })
  const running = await started(undefined, { keys, settings: () => serverSettings(state), ...more }, {})
  const status = () => running.server.state().status
  return { ...running, state, status, beyond: `http://${lan}:${state.port}` }
}

const withKey = { headers: { authorization: 'Bearer secret' } }

describe.skipIf(lan === '')('the network of the settings', () => {
  it('lets other computers in with the key, and tells by which addresses', async () => {
    const { url, port, status, beyond } = await changing({ network: true })
    expect(url).toBe(`http://127.0.0.1:${port}`)
    expect(status().networkAddresses).toContain(beyond)
    expect(status().addresses).toEqual(expect.arrayContaining(status().networkAddresses))
    expect(status().keyRequired).toBe(true)
    expect((await fetch(`${url}/v1/models`)).status).toBe(200)
    expect((await fetch(`${beyond}/v1/models`)).status).toBe(401)
    expect((await fetch(`${beyond}/v1/models`, withKey)).status).toBe(200)
  })

  it('is kept out while it is off', async () => {
    const { status, beyond } = await changing()
    expect(status()).toMatchObject({ networkAddresses: [], keyRequired: false })
    await expect(fetch(`${beyond}/health`)).rejects.toThrow()
  })

  it('comes after what the command line and the environment say', async () => {
    const env = { HEARTH_HOST: '127.0.0.1' }
    const { status, beyond } = await changing({ network: true, env })
    expect(status()).toMatchObject({ networkAddresses: [], error: null })
    await expect(fetch(`${beyond}/health`)).rejects.toThrow()
  })

  it('is kept out without a key, which is said, and this computer is answered all the same', async () => {
    const { url, server, status, beyond, state } = await changing({ network: true, keys: keysUnderTest().keys })
    expect(status()).toMatchObject({ state: 'on', networkAddresses: [], error: { code: 'key_required' } })
    expect((await fetch(`${url}/v1/models`)).status).toBe(200)
    await expect(fetch(`${beyond}/health`)).rejects.toThrow()
    state.network = false
    await server.applySettings()
    expect(status().error).toBeNull()
  })

  it('is let in and out while the server runs, without dropping what runs', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    async function* generate() {
      yield prefill
      await held
      yield text('Paris.')
      yield finish()
    }
    const { url, server, status, beyond, state } = await changing({ generate })
    const answer = fetch(`${url}/v1/chat/completions`, chat())
    await vi.waitFor(() => expect(newest(server)?.promptTokens).toBe(12))
    state.network = true
    await server.applySettings()
    expect(status().addresses[0]).toBe(url)
    expect((await fetch(`${beyond}/v1/models`, withKey)).status).toBe(200)
    const fromBeyond = fetch(`${beyond}/v1/chat/completions`, { ...chat(), ...withKey })
    await vi.waitFor(() => expect(newest(server)?.promptTokens).toBe(12))
    state.network = false
    await server.applySettings()
    await expect(fetch(`${beyond}/v1/models`, withKey)).rejects.toThrow()
    expect((await fetch(`${url}/v1/models`)).status).toBe(200)
    release()
    for (const response of await Promise.all([answer, fromBeyond])) {
      expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'Paris.' } }] })
    }
  })

  it('stays out when it can not be had, and this computer is answered as before', async () => {
    const { url, server, status, state } = await changing()
    const other = createTcpServer()
    cleanUps.push(() => new Promise((resolve) => other.close(resolve)))
    await new Promise<void>((resolve) => other.listen(state.port, lan, resolve))
    state.network = true
    await expect(server.applySettings()).rejects.toMatchObject({ code: 'port_in_use' })
    expect(status()).toMatchObject({ state: 'on', addresses: [url], error: { code: 'port_in_use' } })
    expect((await fetch(`${url}/v1/models`)).status).toBe(200)
  })

  it('says goodbye to the browsers of a network that is shut out', async () => {
    const rendererDir = import.meta.dirname
    const { server, state, beyond } = await changing({ network: true, rendererDir, upgradeRpc: () => {} })
    const entered = await fetch(server.createLink().url, { redirect: 'manual' })
    const cookie = entered.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const socket = new WebSocket(`${beyond.replace('http', 'ws')}/rpc`, { headers: { cookie, origin: beyond } })
    const code = new Promise((resolve) => socket.once('close', resolve))
    await new Promise((resolve) => socket.once('open', resolve))
    state.network = false
    await server.applySettings()
    expect(await code).toBe(1001)
  })
})

describe('the pages of the settings', () => {
  it('may call, beside those of the environment, as soon as they are set', async () => {
    const { url, server, state } = await changing({ env: { HEARTH_ORIGINS: 'https://one.example' } })
    const from = async (origin: string) => (await fetch(`${url}/v1/models`, { headers: { origin } })).status
    expect(await from('https://two.example')).toBe(403)
    state.origins = ['https://two.example', 'null', 'file://']
    await server.applySettings()
    expect(await from('https://two.example')).toBe(200)
    expect(await from('https://one.example')).toBe(200)
    for (const origin of ['https://three.example', 'null', 'file://']) expect(await from(origin)).toBe(403)
  })
})
