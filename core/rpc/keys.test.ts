import { createRouterClient } from '@orpc/server'
import { describe, expect, it } from 'vitest'
import type { Actor } from '../../shared/domain/actor.ts'
import type { Core } from '../core.ts'
import { keysUnderTest, newKey } from '../keys/keys.testing.ts'
import { keys } from './keys.ts'

describe('keys over rpc', () => {
  const held = keysUnderTest()
  // Only these are asked here.
  const core = { keys: held.keys } as unknown as Core
  const client = (access: Actor['access']) =>
    createRouterClient(keys, { context: { core, actor: { ownerId: 'local', door: 'window', access } } })

  it('are made, listed, changed and removed', async () => {
    const person = client('local')
    const { key, secret } = await person.create({ ...newKey(' laptop '), models: ['a'] })
    expect(held.keys.find(secret)).toEqual(key)
    expect(await person.list()).toMatchObject([{ name: 'laptop', models: ['a'] }])
    expect(await person.update({ id: key.id, key: newKey('desk') })).toMatchObject({ name: 'desk', models: null })
    await person.remove({ id: key.id })
    for await (const all of await person.watch()) {
      expect(all).toEqual([])
      break
    }
  })

  it('need a name and something that they are for', async () => {
    const person = client('local')
    for (const wrong of [{ name: ' ' }, { scopes: [] }, { requestsPerMinute: 0 }, { models: [] }]) {
      await expect(person.create({ ...newKey('a'), ...wrong })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    }
  })

  it('are nothing for a browser elsewhere', async () => {
    const browser = client('remote')
    for (const call of [() => browser.list(), () => browser.create(newKey('a')), () => browser.remove({ id: 'x' })]) {
      await expect(call()).rejects.toMatchObject({ data: { code: 'local_only' } })
    }
  })
})
