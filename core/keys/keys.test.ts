import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { tempFolder } from '../lib/temp-folder.testing.ts'
import { keysUnderTest, newKey } from './keys.testing.ts'

const DAY = 24 * 3600_000

describe('a key', () => {
  it('has a secret that can not be guessed, of which only the beginning and the hash are kept', () => {
    const { create, keys, database } = keysUnderTest()
    const secrets = Array.from({ length: 20 }, (_, index) => create(`k${index}`).secret)
    expect(new Set(secrets).size).toBe(20)
    for (const secret of secrets) {
      expect(secret).toMatch(/^hearth-[\w-]{32}$/)
      expect(keys.find(secret)).toMatchObject({ hint: secret.slice(0, 11) })
    }
    const kept = JSON.stringify(database.prepare('SELECT * FROM keys').all())
    for (const secret of secrets) expect(kept).not.toContain(secret.slice(11))
  })

  it('is found by its whole secret and nothing else', () => {
    const { create, keys } = keysUnderTest()
    const { secret, id } = create('laptop')
    expect(keys.find(secret)?.id).toBe(id)
    for (const other of ['', secret.slice(0, -1), `${secret} `, secret.toUpperCase(), 'hearth-']) {
      expect(keys.find(other), other).toBeNull()
    }
  })

  it('is listed, newest first, and is the same after a restart', () => {
    const { create, keys, restarted, pass } = keysUnderTest()
    create('first', { scopes: ['metrics'] })
    pass(1)
    const limits = { models: ['smollm2:135m'], expiresAt: 1_800_000_000_000, requestsPerMinute: 6, tokensPerDay: 900 }
    const { secret } = create('second', limits)
    expect(keys.list().map(({ name }) => name)).toEqual(['second', 'first'])
    expect(restarted().list()).toEqual(keys.list())
    expect(restarted().find(secret)).toMatchObject({ name: 'second', ...limits, fromEnvironment: false })
  })

  it('tells who watches', async () => {
    const { create, keys } = keysUnderTest()
    const watch = keys.topic.watch()
    expect((await watch.next()).value).toEqual([])
    const { id } = create('laptop')
    expect((await watch.next()).value).toMatchObject([{ name: 'laptop' }])
    keys.remove(id)
    expect((await watch.next()).value).toEqual([])
    await watch.return()
  })

  it('can be changed and removed, which counts at once and after a restart', () => {
    const { create, keys, restarted } = keysUnderTest()
    const { id, secret } = create('laptop')
    const gone = vi.fn()
    keys.onRemoved(gone)
    expect(keys.update(id, { ...newKey('desk'), scopes: ['metrics'], models: ['a'] })).toMatchObject({ name: 'desk' })
    expect(keys.find(secret)).toMatchObject({ name: 'desk', scopes: ['metrics'], models: ['a'] })
    expect(restarted().find(secret)).toMatchObject({ name: 'desk', scopes: ['metrics'], models: ['a'] })
    keys.remove(id)
    expect(gone).toHaveBeenCalledWith(id)
    expect(keys.find(secret)).toBeNull()
    expect(restarted().list()).toEqual([])
    expect(() => keys.remove(id)).toThrow(expect.objectContaining({ code: 'not_found' }))
    expect(() => keys.update(id, newKey('x'))).toThrow(expect.objectContaining({ code: 'not_found' }))
  })

  it('has a name of its own', () => {
    const { create, keys } = keysUnderTest()
    create('laptop')
    const { id } = create('desk')
    expect(() => create('LAPTOP')).toThrow(expect.objectContaining({ code: 'key_name_taken' }))
    expect(() => keys.update(id, newKey('laptop'))).toThrow(expect.objectContaining({ code: 'key_name_taken' }))
    expect(keys.update(id, newKey('Desk')).name).toBe('Desk')
  })

  it('ends at its time, and can not be made for one that is over', () => {
    const { create, keys, pass } = keysUnderTest()
    const { secret } = create('guest', { expiresAt: 1_700_000_000_000 + DAY })
    const key = keys.find(secret)
    if (key === null) throw new Error('It is not there.')
    keys.enter(key)
    expect(keys.hasUsable()).toBe(true)
    pass(DAY)
    expect(() => keys.enter(key)).toThrow(/"guest" expired on 2023-11-15/)
    expect(keys.hasUsable()).toBe(false)
    expect(() => create('late', { expiresAt: 5 })).toThrow(/expired already/)
  })
})

describe('what a key has used', () => {
  it('is its last request, written down once a minute', () => {
    const { create, keys, pass, restarted } = keysUnderTest()
    const { secret } = create('laptop')
    const enter = () => {
      const key = keys.find(secret)
      if (key) keys.enter(key)
    }
    const written = () => restarted().find(secret)?.lastUsedAt
    expect(written()).toBeNull()
    enter()
    const first = written()
    expect(first).toBe(1_700_000_000_000)
    pass(30_000)
    enter()
    expect(keys.find(secret)?.lastUsedAt).toBe(1_700_000_030_000)
    expect(written()).toBe(first)
    pass(30_000)
    enter()
    expect(written()).toBe(1_700_000_060_000)
  })

  it('are requests, so many in any minute', () => {
    const { create, keys, pass } = keysUnderTest()
    const { secret } = create('laptop', { requestsPerMinute: 2 })
    const key = keys.find(secret)
    if (key === null) throw new Error('It is not there.')
    keys.enter(key)
    pass(20_000)
    keys.enter(key)
    const refused = expect.objectContaining({
      code: 'rate_limited',
      data: { retryAfterSeconds: 41, limit: 'requests' },
    }) as Error
    expect(() => keys.enter(key)).toThrow(refused)
    pass(41_000)
    keys.enter(key)
    expect(() => keys.enter(key)).toThrow(/2 requests a minute/)
  })

  it('are tokens, so many in any 24 hours, also over a restart', () => {
    const { create, keys, pass, restarted } = keysUnderTest()
    const { id } = create('laptop', { tokensPerDay: 100 })
    const other = create('other')
    keys.assertMaySpend(id)
    keys.spend(id, 60)
    pass(3600_000)
    keys.spend(id, 50)
    keys.spend(other.id, 1000)
    for (const each of [keys, restarted()]) {
      expect(() => each.assertMaySpend(id)).toThrow(/100 tokens of 24 hours\.$/)
      each.assertMaySpend(other.id)
    }
    pass(DAY - 3600_000)
    // The first hour's are out again one step later.
    for (const each of [keys, restarted()]) expect(() => each.assertMaySpend(id)).toThrow(/100 tokens/)
    pass(600_000)
    for (const each of [keys, restarted()]) each.assertMaySpend(id)
  })

  it('is gone with the key', () => {
    const { create, keys, database } = keysUnderTest()
    const { id } = create('laptop', { tokensPerDay: 100 })
    keys.spend(id, 60)
    keys.remove(id)
    keys.spend(id, 60)
    expect(database.prepare('SELECT count(*) AS n FROM key_tokens').get()).toEqual({ n: 0 })
    expect(() => keys.assertMaySpend(id)).toThrow(expect.objectContaining({ code: 'unauthorized' }))
  })

  it('keeps nobody from an answer when it can not be written down', () => {
    const { create, keys, database } = keysUnderTest()
    const { secret, id } = create('laptop', { tokensPerDay: 100 })
    database.exec('PRAGMA query_only = ON')
    const key = keys.find(secret)
    if (key) keys.enter(key)
    keys.spend(id, 100)
    expect(() => keys.assertMaySpend(id)).toThrow(/100 tokens/)
  })
})

describe('the key of the environment', () => {
  it('may do everything and can not be changed here', () => {
    const { keys } = keysUnderTest({ HEARTH_API_KEY: 's3cret' })
    const key = keys.find('s3cret')
    expect(key).toMatchObject({
      name: 'HEARTH_API_KEY',
      scopes: ['inference', 'management', 'metrics'],
      fromEnvironment: true,
    })
    expect(JSON.stringify(keys.list())).not.toContain('s3c')
    if (key === null) throw new Error('It is not there.')
    keys.enter(key)
    expect(() => keys.remove(key.id)).toThrow(/comes from HEARTH_API_KEY/)
    expect(() => keys.update(key.id, newKey('mine'))).toThrow(/comes from HEARTH_API_KEY/)
    expect(keys.hasUsable()).toBe(true)
    keys.assertEnvironment()
  })

  it('that can not be read is told when the server starts, not when the program does', () => {
    const file = join(tempFolder(), 'secret')
    writeFileSync(file, '')
    const { keys } = keysUnderTest({ HEARTH_API_KEY_FILE: file })
    expect(keys.list()).toEqual([])
    expect(keys.hasUsable()).toBe(false)
    expect(() => keys.assertEnvironment()).toThrow(/is empty/)
  })
})
