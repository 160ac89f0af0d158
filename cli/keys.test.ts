import { describe, expect, it, vi } from 'vitest'
import { AppError } from '../shared/domain/errors.ts'
import type { ApiKey } from '../shared/domain/keys.ts'
import type { Client } from './client.ts'
import { fakeClient, fakeWorld } from './program.testing.ts'

const key = (name: string, more: Partial<ApiKey> = {}): ApiKey => ({
  id: `id-${name}`,
  name,
  hint: 'hearth-Ab3d',
  scopes: ['inference'],
  models: null,
  expiresAt: null,
  requestsPerMinute: null,
  tokensPerDay: null,
  createdAt: 0,
  lastUsedAt: null,
  fromEnvironment: false,
  ...more,
})

const keys = [
  key('HEARTH_API_KEY', { fromEnvironment: true, hint: '', scopes: ['inference', 'management', 'metrics'] }),
  key('laptop', {
    models: ['qwen3:4b', 'phi4'],
    requestsPerMinute: 60,
    tokensPerDay: 10_000,
    expiresAt: Date.UTC(2026, 0, 2),
    lastUsedAt: Date.UTC(2025, 0, 2),
  }),
]

describe('hearth keys', () => {
  it('lists what each key may do, without the key', async () => {
    const world = fakeWorld(fakeClient({ keys: { list: async () => keys } }))
    expect(await world.run('keys')).toBe(0)
    expect(world.out().split('\n')).toEqual([
      'NAME\tID\tKEY\tSCOPES\tMODELS\tLIMITS\tEXPIRES\tLAST USED',
      'HEARTH_API_KEY\t-\t-\tinference,management,metrics\tall\t-\tnever\t-',
      'laptop\tid-laptop\thearth-Ab3d…\tinference\tqwen3:4b,phi4\t60 requests/min, 10000 tokens/day\t2026-01-02T00:00:00.000Z\t2025-01-02T00:00:00.000Z',
      '',
    ])
    expect(world.open()).toBe(0)
  })

  it('tells people in their words when one ends and was used', async () => {
    const hour = 3_600_000
    const soon = key('soon', { expiresAt: Date.now() + 2.2 * hour, lastUsedAt: Date.now() - 2.2 * hour })
    const world = fakeWorld(fakeClient({ keys: { list: async () => [soon, key('over', { expiresAt: 5 })] } }), {
      terminal: true,
    })
    await world.run('keys')
    expect(world.out()).toMatch(/soon.*2 hours from now +2 hours ago\n/)
    expect(world.out()).toMatch(/over.*expired +-\n/)
  })

  function creating() {
    const create = vi.fn<Client['keys']['create']>(async ({ name }) => ({ key: key(name), secret: 'hearth-secret' }))
    return { create, world: fakeWorld(fakeClient({ keys: { create } })) }
  }

  it('makes one and prints it alone', async () => {
    const { create, world } = creating()
    expect(await world.run('keys', 'create', 'laptop')).toBe(0)
    expect(world.out()).toBe('hearth-secret\n')
    expect(world.err()).toMatch(/not shown again/)
    expect(create.mock.calls[0]?.[0]).toEqual({
      name: 'laptop',
      scopes: ['inference'],
      models: null,
      expiresAt: null,
      requestsPerMinute: null,
      tokensPerDay: null,
    })
  })

  it('makes one with limits', async () => {
    const { create, world } = creating()
    const before = Date.now()
    const limits = ['--expires', '30d', '--rpm', '60', '--tokens-per-day', '100000', '--model', 'a', '--model', 'b']
    expect(await world.run('keys', 'create', '--scope', 'metrics', '--scope', 'inference', ...limits, 'ci')).toBe(0)
    const wanted = create.mock.calls[0]?.[0]
    expect(wanted).toMatchObject({
      name: 'ci',
      scopes: ['metrics', 'inference'],
      models: ['a', 'b'],
      requestsPerMinute: 60,
      tokensPerDay: 100_000,
    })
    expect(wanted?.expiresAt).toBeGreaterThanOrEqual(before + 30 * 86_400_000)
    expect(wanted?.expiresAt).toBeLessThanOrEqual(Date.now() + 30 * 86_400_000)
  })

  it.each([
    [['create'], /missing required argument/],
    [['create', 'x', '--scope', 'everything'], /inference, management, metrics/],
    [['create', 'x', '--expires', 'soon'], /12h, 30d or 52w/],
    [['create', 'x', '--expires', '0d'], /12h, 30d or 52w/],
    [['create', 'x', '--rpm', '0'], /from 1 to 1000000/],
    [['create', 'x', '--tokens-per-day', '-1'], /from 1 to/],
    [['create', 'x', '--model', ' '], /name of a model/],
    [['rm'], /missing required argument/],
  ])('refuses %o', async (args, message) => {
    const { create, world } = creating()
    expect(await world.run('keys', ...args)).toBe(2)
    expect(world.err()).toMatch(message)
    expect(create).not.toHaveBeenCalled()
  })

  it('removes one by name or id', async () => {
    const remove = vi.fn(async () => {})
    const world = fakeWorld(fakeClient({ keys: { list: async () => keys, remove } }))
    expect(await world.run('keys', 'rm', 'LAPTOP')).toBe(0)
    expect(await world.run('keys', 'rm', 'id-laptop')).toBe(0)
    expect(remove.mock.calls).toEqual([[{ id: 'id-laptop' }], [{ id: 'id-laptop' }]])
    expect(world.out()).toBe("removed 'laptop'\nremoved 'laptop'\n")
    expect(await world.run('keys', 'rm', 'nope')).toBe(1)
    expect(world.err()).toBe('There is no key "nope". See which there are with: hearth keys\n')
  })

  it('says why one can not be removed', async () => {
    const refusal = new AppError({ code: 'invalid_input', message: 'This key comes from HEARTH_API_KEY.' })
    const world = fakeWorld(fakeClient({ keys: { list: async () => keys, remove: () => Promise.reject(refusal) } }))
    expect(await world.run('keys', 'rm', 'HEARTH_API_KEY')).toBe(1)
    expect(world.err()).toBe('This key comes from HEARTH_API_KEY.\n')
  })
})
