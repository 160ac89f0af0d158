import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Actor } from '../../shared/domain/actor.ts'
import { listenLocal } from './local-socket.ts'
import { localSocketPath } from '../local-socket-path.ts'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

function newHome(): string {
  const home = mkdtempSync(path.join(tmpdir(), 'hearth-'))
  cleanUps.push(() => rmSync(home, { recursive: true, force: true }))
  return home
}

async function opened(home: string) {
  const actors: Actor[] = []
  const door = await listenLocal(home, (socket, actor) => {
    actors.push(actor)
    socket.send('hello')
  })
  cleanUps.push(() => door.close())
  return { door, actors }
}

function knock(home: string, route = '/rpc', headers: Record<string, string> = {}): Promise<string> {
  const socket = new WebSocket(`ws://hearth${route}`, {
    headers,
    createConnection: () => connect(localSocketPath(home)),
  })
  return new Promise((resolve) => {
    socket.on('message', (data) => {
      resolve(String(data))
      socket.close()
    })
    socket.on('unexpected-response', (_request, response) => resolve(String(response.statusCode)))
    socket.on('error', (error) => resolve(error.message))
  })
}

describe('the door of the command line', () => {
  it('lets this user in, with the rights of someone at this machine', async () => {
    const home = newHome()
    const { actors } = await opened(home)
    expect(await knock(home)).toBe('hello')
    expect(actors).toEqual([{ ownerId: 'local', door: 'cli', access: 'local' }])
  })

  it.skipIf(process.platform === 'win32')('is open to this user alone', async () => {
    const home = newHome()
    await opened(home)
    expect(statSync(localSocketPath(home)).mode & 0o777).toBe(0o600)
  })

  it('is for rpc, and not for pages', async () => {
    const home = newHome()
    await opened(home)
    expect(await knock(home, '/v1/models')).toBe('404')
    expect(await knock(home, '/rpc', { origin: 'http://localhost' })).toBe('404')
  })

  it('is not taken from a core that lives', async () => {
    const home = newHome()
    await opened(home)
    await expect(listenLocal(home, () => {})).rejects.toMatchObject({ code: 'folder_held' })
    expect(await knock(home)).toBe('hello')
  })

  it.skipIf(process.platform === 'win32')('is opened again after a core that died without closing it', async () => {
    const home = newHome()
    const script = `require('node:net').createServer().listen(${JSON.stringify(localSocketPath(home))}, () => process.kill(process.pid, 'SIGKILL'))`
    spawnSync(process.execPath, ['-e', script])
    expect(statSync(localSocketPath(home)).isSocket()).toBe(true)
    await opened(home)
    expect(await knock(home)).toBe('hello')
  })

  it.skipIf(process.platform === 'win32')(
    'works for a data folder with a long path, in a folder of this user',
    async () => {
      const home = path.join(newHome(), 'x'.repeat(120))
      await opened(home)
      expect(await knock(home)).toBe('hello')
      expect(statSync(path.dirname(localSocketPath(home))).mode & 0o777).toBe(0o700)
    },
  )

  it('can be opened again after it was closed', async () => {
    const home = newHome()
    const { door } = await opened(home)
    await door.close()
    cleanUps.pop()
    await opened(home)
    expect(await knock(home)).toBe('hello')
  })
})
