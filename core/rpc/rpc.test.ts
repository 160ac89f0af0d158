import { MessageChannel } from 'node:worker_threads'
import { createORPCClient, ORPCError } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import { RPCHandler } from '@orpc/server/message-port'
import { describe, expect, it, onTestFinished } from 'vitest'
import { APP_ERROR } from '../../shared/contract/base.ts'
import type { Contract } from '../../shared/contract/index.ts'
import { type Actor, LOCAL_OWNER_ID } from '../../shared/domain/actor.ts'
import { AppError, ErrorInfo } from '../../shared/domain/errors.ts'
import type { Core } from '../core.ts'
import { tempFolder } from '../lib/temp-folder.testing.ts'
import { createSettings } from '../settings/settings.ts'
import { libraryUnderTest } from '../models/library.testing.ts'
import { createNotices } from '../system/notices.ts'
import type { RpcContext } from './base.ts'
import { router } from './router.ts'

const person: Actor = { ownerId: LOCAL_OWNER_ID, door: 'window', access: 'local' }
const browser: Actor = { ownerId: LOCAL_OWNER_ID, door: 'browser', access: 'remote' }

/** A client that is connected over a real message port to a core that has only these services. */
function connect(core: Partial<Core>, actor: Actor): ContractRouterClient<Contract> {
  const { port1, port2 } = new MessageChannel()
  const handler = new RPCHandler<RpcContext>(router)
  // The test calls only procedures whose services it gives.
  handler.upgrade(port1 as never, { context: { core: core as Core, actor } })
  port1.start()
  port2.start()
  onTestFinished(() => {
    port1.close()
    port2.close()
  })
  return createORPCClient(new RPCLink({ port: port2 as never })) // Node's port has what the link uses
}

async function infoOf(call: Promise<unknown>): Promise<ErrorInfo> {
  const error: unknown = await call.then(
    () => new Error('It did not fail.'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof ORPCError) || error.code !== APP_ERROR) throw error
  return ErrorInfo.parse(error.data)
}

/** A client of notices whose watch tells when it has ended. */
function watchedNotices() {
  let ended = false
  const topic: Core['notices']['topic'] = {
    changed() {},
    async *watch(signal) {
      yield []
      await new Promise((resolve) => signal?.addEventListener('abort', resolve))
      ended = true
    },
  }
  return { client: connect({ notices: { ...createNotices(), topic } }, person), hasEnded: () => ended }
}

describe('the rpc border', () => {
  it('carries an error with its code, advice and facts', async () => {
    const client = connect(
      {
        library: {
          ...libraryUnderTest().library,
          add: async () => {
            throw new AppError({
              code: 'model_file_missing',
              message: 'gone',
              suggestion: 'look',
              data: { path: '/x' },
            })
          },
        },
      },
      person,
    )
    expect(await infoOf(client.models.add({ path: '/x' }))).toEqual({
      code: 'model_file_missing',
      message: 'gone',
      suggestion: 'look',
      data: { path: '/x' },
    })
  })

  it('lets a browser look at models but not open files of this computer', async () => {
    const client = connect({ library: libraryUnderTest().library }, browser)
    expect(await client.models.list()).toMatchObject([{ name: 'starter:1b' }])
    expect((await infoOf(client.models.add({ path: '/etc/passwd' }))).code).toBe('local_only')
  })

  it('lets a browser choose its theme but not ports, folders or hubs of this computer', async () => {
    const home = tempFolder()
    const client = connect({ settings: createSettings(home, createNotices()) }, browser)
    expect(await client.settings.update({ theme: 'dark' })).toMatchObject({ theme: 'dark' })
    expect(await client.settings.update({ downloads: { speedLimit: 1e6 } })).toMatchObject({ theme: 'dark' })
    for (const change of [
      { server: { port: 80 } },
      { server: { network: true } },
      { startAtLogin: true },
      { keepAwake: true },
      { downloads: { folder: '/etc' } },
      { downloads: { folder: null } },
      { hubs: { endpoints: { ollama: 'http://10.0.0.1' } } },
      { hubs: { proxy: { login: { user: 'a', password: 'b' } } } },
    ]) {
      expect((await infoOf(client.settings.update(change))).code).toBe('local_only')
    }
  })

  it('refuses what the contract does not allow before it reaches a service', async () => {
    const client = connect({}, person)
    await expect(client.chats.rename({ id: 'a', title: '  ' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })

  it('gives the caller what changes until the caller leaves, and then forgets it', async () => {
    const notices = createNotices()
    const client = connect({ notices }, person)
    const watch = await client.system.watchNotices()
    expect((await watch.next()).value).toEqual([])
    notices.add('info', { code: 'internal', message: 'hello' })
    expect((await watch.next()).value).toMatchObject([{ info: { message: 'hello' } }])
    await watch.return()
  })

  it('ends a watch of the service when the caller aborts', async () => {
    const { client, hasEnded } = watchedNotices()
    const controller = new AbortController()
    const watch = await client.system.watchNotices(undefined, { signal: controller.signal })
    await watch.next()
    controller.abort()
    await expect.poll(hasEnded).toBe(true)
  })

  it('ends a watch of the service when the caller stops reading', async () => {
    const { client, hasEnded } = watchedNotices()
    const watch = await client.system.watchNotices()
    await watch.next()
    await watch.return()
    await expect.poll(hasEnded).toBe(true)
  })
})
