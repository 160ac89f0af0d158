import { describe, expect, it, vi } from 'vitest'
import { cleanUps, endless, freePort, newest, started, takenPort } from './listening.testing.ts'
import { keysUnderTest } from '../keys/keys.testing.ts'
import { createServer } from './server.ts'
import { chat, finish, prefill, scriptedDeps, serverSettings, text } from './server.testing.ts'

describe('starting the server', () => {
  it('says when its port is taken', async () => {
    const port = await takenPort()
    const server = createServer(scriptedDeps())
    await expect(server.start({ port })).rejects.toMatchObject({
      code: 'port_in_use',
      message: `Port ${port} is in use by another program.`,
      suggestion: 'Choose another port or stop that program.',
      data: { port },
    })
    expect(server.state().status).toMatchObject({ state: 'failed', addresses: [], error: { code: 'port_in_use' } })
  })

  it('opens the second port beside the first, and does without when it is taken', async () => {
    const port = await freePort()
    const settings = () => serverSettings({ enabled: true, port, ollamaPort: 'yes' as const })
    const { server } = await started(undefined, { settings }, {})
    const { addresses } = server.state().status
    expect(addresses[0]).toBe(`http://127.0.0.1:${port}`)
    for (const address of addresses) expect((await fetch(`${address}/health`)).status).toBe(200)

    const second = await freePort()
    const other = createServer(
      scriptedDeps(undefined, {
        settings: () => serverSettings({ enabled: true, port: second, ollamaPort: 'yes' }),
      }),
    )
    cleanUps.push(() => other.stop())
    await other.start()
    expect(other.state().status).toMatchObject({ state: 'on', error: null })
    expect(other.state().status.addresses[0]).toBe(`http://127.0.0.1:${second}`)
    // Whoever has it, a program of this computer perhaps: two can't.
    const holders = [server, other].filter(({ state }) => state().status.addresses.length > 1)
    expect(holders.length).toBeLessThan(2)
  })

  it('asks about the port of an installed Ollama and leaves it alone', async () => {
    const port = await freePort()
    const { server } = await started(
      undefined,
      { settings: () => serverSettings({ enabled: true, port, ollamaPort: 'ask' }), ollamaInstalled: () => true },
      {},
    )
    expect(server.state().status).toMatchObject({ askAboutOllamaPort: true, addresses: [`http://127.0.0.1:${port}`] })
  })

  it('takes the address of the environment, and options before it', async () => {
    const port = await freePort()
    const { server } = await started(undefined, { env: { OLLAMA_HOST: `localhost:${port}` } }, {})
    expect(server.state().status.addresses).toEqual([`http://127.0.0.1:${port}`])
    const { port: other } = await started(undefined, { env: { OLLAMA_HOST: `localhost:${port}` } }, { port: 0 })
    expect(other).not.toBe(port)
  })

  it('answers other computers only with a key, or when told that none is needed', async () => {
    const refused = createServer(scriptedDeps())
    await expect(refused.start({ host: '0.0.0.0', port: 0 })).rejects.toMatchObject({
      code: 'key_required',
      suggestion: expect.stringContaining('HEARTH_API_KEY') as string,
    })

    const keyed = keysUnderTest()
    keyed.create('laptop')
    const open = await started(undefined, { keys: keyed.keys }, { host: '0.0.0.0', port: 0 })
    expect(open.url).toMatch(/^http:\/\/127\.0\.0\.1:/)
    expect(open.server.state().status.keyRequired).toBe(true)

    const warn = vi.fn()
    const log = { info() {}, warn, error() {} }
    const loud = await started(undefined, { env: { HEARTH_AUTH: 'off' }, log }, { host: '0.0.0.0', port: 0 })
    expect(loud.server.state().status.keyRequired).toBe(false)
    expect(warn).toHaveBeenCalled()
  })

  it('says when the address is none of this computer', async () => {
    const server = createServer(scriptedDeps(undefined, { keys: keysUnderTest({ HEARTH_API_KEY: 'k' }).keys }))
    await expect(server.start({ host: '203.0.113.7', port: 0 })).rejects.toMatchObject({ code: 'address_unavailable' })
  })

  it('moves to another port without dropping what runs', async () => {
    const [first, second] = [await freePort(), await freePort()]
    let port = first
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    const { server, url } = await started(
      async function* () {
        yield prefill
        await held
        yield text('Paris.')
        yield finish()
      },
      { settings: () => serverSettings({ enabled: true, port, ollamaPort: 'no' }) },
      {},
    )
    const answer = fetch(`${url}/v1/chat/completions`, chat())
    await vi.waitFor(() => expect(newest(server)?.promptTokens).toBe(12))
    port = second
    await server.applySettings()
    expect(server.state().status.addresses).toEqual([`http://127.0.0.1:${second}`])
    expect((await fetch(`http://127.0.0.1:${second}/health`)).status).toBe(200)
    await expect(fetch(`http://127.0.0.1:${first}/health`)).rejects.toThrow()
    release()
    expect((await answer).status).toBe(200)
  })

  it('stays on its port when the new one is taken, and says why', async () => {
    const first = await freePort()
    let port = first
    const { server } = await started(
      undefined,
      { settings: () => serverSettings({ enabled: true, port, ollamaPort: 'no' }) },
      {},
    )
    port = await takenPort()
    await expect(server.applySettings()).rejects.toMatchObject({ code: 'port_in_use' })
    expect(server.state().status).toMatchObject({
      state: 'on',
      addresses: [`http://127.0.0.1:${first}`],
      error: { code: 'port_in_use' },
    })
    expect((await fetch(`http://127.0.0.1:${first}/health`)).status).toBe(200)
  })
})

describe('stopping the server', () => {
  it('lets a running answer end', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    const { server, url } = await started(async function* () {
      yield prefill
      await held
      yield text('Paris.')
      yield finish()
    })
    const answer = fetch(`${url}/v1/chat/completions`, chat())
    await vi.waitFor(() => expect(newest(server)?.promptTokens).toBe(12))
    const stopped = server.stop({ graceMs: 5000 })
    await vi.waitFor(() => expect(fetch(`${url}/health`)).rejects.toThrow())
    release()
    const response = await answer
    expect(response.status).toBe(200)
    expect(response.headers.get('connection')).not.toBe('keep-alive')
    await stopped
    expect(server.state().status.state).toBe('off')
  })

  it('ends what takes longer with an error frame', async () => {
    const { server, url } = await started(endless())
    const response = await fetch(`${url}/v1/chat/completions`, chat({ stream: true }))
    const body = response.text()
    await server.stop({ graceMs: 20 })
    expect(await body).toMatch(/data: \{"error":.*server was stopped/)
    expect(newest(server)).toMatchObject({ cancelled: false, error: expect.stringMatching(/stopped/) as string })
  })

  it('can be started again, also while it stops', async () => {
    const { server } = await started()
    const stopping = server.stop()
    await server.start({ port: 0 })
    await stopping
    expect(server.state().status.state).toBe('on')
    await server.stop()
    await server.stop()
    expect(server.state().status).toMatchObject({ state: 'off', addresses: [] })
  })

  it('tells who watches', async () => {
    const server = createServer(scriptedDeps())
    const states: string[] = []
    const leave = server.onChange(() => states.push(server.state().status.state))
    await server.start({ port: 0 })
    await server.stop()
    expect(states).toEqual(['starting', 'on', 'off'])
    leave()
    await server.start({ port: 0 })
    await server.stop()
    expect(states).toHaveLength(3)
  })
})
