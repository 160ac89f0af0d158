import { createRouterClient } from '@orpc/server'
import { describe, expect, it, vi } from 'vitest'
import type { Actor } from '../../shared/domain/actor.ts'
import type { Core } from '../core.ts'
import { started } from '../server/listening.testing.ts'
import { chat, serverSettings } from '../server/server.testing.ts'
import { server as router } from './server.ts'

const person: Actor = { ownerId: 'local', door: 'window', access: 'local' }
const browser: Actor = { ownerId: 'local', door: 'browser', access: 'remote' }

describe('requests of programs over rpc', () => {
  it('are shown and run again, for a person at this machine alone', async () => {
    const { server, url } = await started(undefined, { settings: () => serverSettings({ keepBodies: true }) })
    const core = { server } as unknown as Core // only this is asked
    const client = (actor: Actor) => createRouterClient(router, { context: { core, actor } })
    await (await fetch(`${url}/v1/chat/completions`, chat())).text()
    const [request] = server.state().requests
    const id = request?.id ?? ''
    const exchange = await client(person).inspect({ id })
    expect(exchange).toMatchObject({ requestBody: chat().body, cut: false, timings: { decodeTps: 100 } })
    const again = await client(person).runAgain({ id })
    await vi.waitFor(() => expect(server.state().requests[0]).toMatchObject({ id: again.id, status: 200, kept: true }))
    expect(await client(person).inspect({ id: 'nonsense' })).toBeNull()
    await expect(client(person).runAgain({ id: 'nonsense' })).rejects.toMatchObject({ data: { code: 'not_found' } })
    await expect(client(browser).inspect({ id })).rejects.toMatchObject({ data: { code: 'local_only' } })
    await expect(client(browser).runAgain({ id })).rejects.toMatchObject({ data: { code: 'local_only' } })
  })
})
