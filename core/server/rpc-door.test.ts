import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Actor } from '../../shared/domain/actor.ts'
import { keysUnderTest } from '../keys/keys.testing.ts'
import type { ServerDeps } from './deps.ts'
import { started } from './listening.testing.ts'
import { createServer } from './server.ts'
import { scriptedDeps } from './server.testing.ts'

describe('a browser', () => {
  const rendererDir = mkdtempSync(path.join(tmpdir(), 'hearth-ui-'))
  writeFileSync(path.join(rendererDir, 'index.html'), '<!doctype html>')
  afterAll(() => rmSync(rendererDir, { recursive: true }))

  const { keys, create } = keysUnderTest()
  const { secret } = create('laptop', { scopes: ['inference', 'management', 'metrics'] })

  async function entered() {
    const actors: Actor[] = []
    const upgradeRpc: ServerDeps['upgradeRpc'] = (socket, actor) => {
      actors.push(actor)
      socket.send('hello')
    }
    const { server, url, port } = await started(undefined, { rendererDir, upgradeRpc, keys })
    const response = await fetch(server.createLink().url, { redirect: 'manual' })
    const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    return { server, url, port, cookie, actors }
  }

  function knock(port: number, headers: Record<string, string>, route = '/rpc'): Promise<string> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${route}`, { headers })
    return new Promise((resolve) => {
      socket.on('message', (data) => {
        resolve(String(data))
        socket.close()
      })
      socket.on('unexpected-response', (_request, response) => resolve(String(response.statusCode)))
      socket.on('error', (error) => resolve(error.message))
    })
  }

  it('that entered by a link may speak rpc, with the rights of a browser', async () => {
    const { port, url, cookie, actors } = await entered()
    expect(await knock(port, { cookie, origin: url })).toBe('hello')
    expect(actors).toEqual([{ ownerId: 'local', door: 'browser', access: 'remote' }])
  })

  it('keeps its place when the server is turned off and on', async () => {
    const { server, cookie } = await entered()
    await server.stop()
    await server.start({ port: 0 })
    const url = server.state().status.addresses[0] ?? ''
    expect(await knock(Number(new URL(url).port), { cookie, origin: url })).toBe('hello')
  })

  it.each([
    ['without a cookie', { cookie: '' }, '/rpc', '401'],
    ['from no page', { origin: undefined }, '/rpc', '403'],
    ['from another page of this machine', { origin: 'http://localhost:3000' }, '/rpc', '403'],
    ['from a foreign page', { origin: 'http://evil.example' }, '/rpc', '403'],
    ['from a sandboxed page', { origin: 'null' }, '/rpc', '403'],
    ['from a file', { origin: 'file://' }, '/rpc', '403'],
    ['under a foreign name', { host: 'evil.example', origin: 'http://evil.example' }, '/rpc', '403'],
    ['under a rebound name of one word', { host: 'evil', origin: 'http://evil' }, '/rpc', '403'],
    ['with a key instead of a link', { cookie: '', authorization: `Bearer ${secret}` }, '/rpc', '401'],
    ['with a key in the other header', { cookie: '', 'x-api-key': secret }, '/rpc', '401'],
    ['at another path', {}, '/v1/models', '404'],
  ])('is kept out %s', async (_name, change, route, status) => {
    const { port, url, cookie, actors } = await entered()
    const headers = Object.fromEntries(
      Object.entries({ cookie, origin: url, ...change }).flatMap(([name, value]) => (value ? [[name, value]] : [])),
    )
    expect(await knock(port, headers, route)).toBe(status)
    expect(actors).toEqual([])
  })

  it('is told when the server stops', async () => {
    const { server, port, url, cookie } = await entered()
    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers: { cookie, origin: url } })
    const code = new Promise((resolve) => socket.on('close', resolve))
    await new Promise((resolve) => socket.on('open', resolve))
    await server.stop()
    expect(await code).toBe(1001)
  })

  it('gets no link while there is nothing to link to', async () => {
    expect(() => createServer(scriptedDeps()).createLink()).toThrow(/server is off/)
    const { server } = await started()
    expect(() => server.createLink()).toThrow(/without its interface/)
  })
})
