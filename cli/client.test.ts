import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type NodeCore, startNodeCore } from '../core/node.ts'
import { connectToHolder } from './client.ts'
import { infoOf } from './errors.ts'

describe('a command beside a running Hearth', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'hearth-'))
  const root = path.resolve(import.meta.dirname, '..')
  let node: NodeCore

  beforeAll(async () => {
    const headless = { host: null, port: 0, ui: false }
    node = await startNodeCore({ home, root, version: '1.2.3', env: {}, program: 'hearth serve', headless })
  }, 30_000)
  afterAll(async () => {
    await node.close()
    rmSync(home, { recursive: true, force: true })
  })

  async function connected() {
    const connection = await connectToHolder(home)
    if (connection === null) throw new Error('nobody holds the folder')
    return connection
  }

  it('talks to it with the rights of someone at this machine', async () => {
    const { client, close } = await connected()
    expect((await client.models.list()).map(({ name }) => name)).toContain('smollm2:135m')
    expect(await client.system.info()).toMatchObject({ version: '1.2.3', door: 'cli', access: 'local', home })
    await close()
  })

  it('gets its errors with what to do', async () => {
    const { client, close } = await connected()
    const error: unknown = await client.engines.load({ model: 'nope' }).catch((thrown: unknown) => thrown)
    expect(infoOf(error)).toMatchObject({ code: 'model_not_found', suggestion: expect.stringMatching(/\w/) as string })
    await close()
  })

  it('may leave something that it watches', async () => {
    const { client, close } = await connected()
    for await (const state of await client.server.watch()) {
      expect(state.status).toMatchObject({ state: 'on', headless: true })
      break
    }
    await close()
  })

  it('is told when it ends meanwhile, and can still leave', async () => {
    const elsewhere = path.join(home, 'elsewhere')
    const other = await startNodeCore({
      home: elsewhere,
      root,
      version: '1.2.3',
      env: {},
      program: 'hearth list',
      headless: null,
    })
    const connection = await connectToHolder(elsewhere)
    const watch = async () => {
      for await (const _ of (await connection?.client.server.watch()) ?? []) await other.close()
    }
    const error: unknown = await watch().catch((thrown: unknown) => thrown)
    expect(infoOf(error)).toMatchObject({ code: 'core_lost' })
    await connection?.close()
  })

  it('can not take the folder', async () => {
    const second = startNodeCore({ home, root, version: '1.2.3', env: {}, program: 'hearth list', headless: null })
    await expect(second).rejects.toMatchObject({
      code: 'folder_held',
      data: { pid: process.pid, program: 'hearth serve' },
    })
  })

  it('finds nobody in another folder', async () => {
    expect(await connectToHolder(path.join(home, 'other'))).toBeNull()
  })
})
