import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { GenerationRequestInput } from '../../../shared/domain/generation.ts'
import { createExchanges } from './exchanges.ts'

const MIB = 1024 * 1024
const request = (headers: Record<string, string> = {}) =>
  new Request('http://localhost/v1/chat/completions?a=b', { method: 'POST', headers })

const prompt = (content: string): GenerationRequestInput => ({
  model: 'm',
  input: { kind: 'messages', messages: [{ role: 'user', content }] },
  actor: { ownerId: 'local', door: 'http', access: 'remote' },
})

function setUp() {
  let enabled = true
  const onExpired = vi.fn()
  const exchanges = createExchanges(() => enabled, onExpired)
  const begin = (id: string) => exchanges.begin(id, request()) ?? expect.fail('It is not kept.')
  const body = (id: string) => Buffer.from(exchanges.get(id)?.kept?.requestBody.bytes() ?? []).toString()
  return { exchanges, begin, body, onExpired, turn: (on: boolean) => (enabled = on) }
}

afterEach(() => vi.useRealTimers())

describe('what is kept of requests', () => {
  it('is nothing unless that is wanted', () => {
    const { exchanges, turn } = setUp()
    turn(false)
    expect(exchanges.begin('a', request())).toBeNull()
    expect(exchanges.get('a')).toBeUndefined()
  })

  it('has no header that lets someone in', () => {
    const { exchanges } = setUp()
    const secret = {
      Authorization: 'Bearer s3cret',
      'X-Api-Key': 's3cret',
      'api-key': 's3cret',
      Cookie: 'hearth=s3cret',
      'Proxy-Authorization': 'Basic s3cret',
      'X-Goog-Api-Key': 's3cret',
      'X-Auth-Token': 's3cret',
    }
    exchanges.begin('a', request({ ...secret, 'Content-Type': 'application/json', Accept: '*/*' }))
    expect(exchanges.get('a')?.kept).toMatchObject({
      method: 'POST',
      target: '/v1/chat/completions?a=b',
      headers: [
        ['accept', '*/*'],
        ['content-type', 'application/json'],
      ],
    })
  })

  it('are bodies in parts, up to two megabytes each, and none of what they came in', () => {
    const { exchanges, begin, body } = setUp()
    const part = Buffer.from('Hello')
    const exchange = begin('a')
    exchange.requestPart(part)
    part.fill('x')
    exchange.requestPart(Buffer.from(', you'))
    expect(body('a')).toBe('Hello, you')
    expect(exchanges.get('a')?.kept?.requestBody.cut).toBe(false)

    exchange.responsePart(Buffer.alloc(MIB, 'a'))
    exchange.responsePart(Buffer.alloc(MIB, 'b'))
    expect(exchange.kept?.responseBody.cut).toBe(false)
    exchange.responsePart(Buffer.alloc(MIB, 'c'))
    exchange.responsePart(Buffer.alloc(MIB, 'd'))
    expect(exchange.kept?.responseBody.cut).toBe(true)
    const kept = exchange.kept?.responseBody.bytes() ?? Buffer.alloc(0)
    expect([kept.length, kept.at(0), kept.at(-1)]).toEqual([2 * MIB, 0x61, 0x62])
  })

  it('are the newest 200', () => {
    const { exchanges, begin } = setUp()
    for (let i = 0; i < 201; i++) begin(`${i}`)
    expect(exchanges.get('0')).toBeUndefined()
    expect(exchanges.get('1')).toBeDefined()
    expect(exchanges.get('200')).toBeDefined()
  })

  it('are 64 megabytes at most, prompts among them', () => {
    const { exchanges, begin } = setUp()
    const ids = Array.from({ length: 40 }, (_, index) => `${index}`)
    for (const id of ids) begin(id).requestPart(Buffer.alloc(2 * MIB))
    const kept = () => ids.filter((id) => exchanges.get(id) !== undefined)
    // A little is taken by addresses and headers.
    expect(kept()).toEqual(ids.slice(9))
    // As it was asked, and as it will be rendered.
    exchanges.get('39')?.asked(prompt('x'.repeat(MIB)))
    expect(kept()).toEqual(ids.slice(10))
    exchanges.forget('20')
    begin('new').requestPart(Buffer.alloc(2 * MIB))
    expect(kept()).toEqual(ids.slice(10).filter((id) => id !== '20'))
  })

  it('are no prompts that are longer than a body may be', () => {
    const { begin } = setUp()
    const exchange = begin('a')
    exchange.asked(prompt('x'.repeat(2 * MIB)))
    expect(exchange.kept).toMatchObject({ prompts: [], cut: true })
  })

  it('is gone after an hour, and what came later after an hour of its own', async () => {
    vi.useFakeTimers()
    const { exchanges, begin, onExpired } = setUp()
    begin('a')
    await vi.advanceTimersByTimeAsync(1_800_000)
    begin('b')
    await vi.advanceTimersByTimeAsync(1_799_000)
    expect([exchanges.get('a') === undefined, exchanges.get('b') === undefined]).toEqual([false, false])
    expect(onExpired).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(2000)
    expect([exchanges.get('a') === undefined, exchanges.get('b') === undefined]).toEqual([true, false])
    expect(onExpired).toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1_800_000)
    expect(exchanges.get('b')).toBeUndefined()
  })

  it('is forgotten at once, also of requests that still run, and nothing of it stays in memory', async () => {
    const { exchanges, begin } = setUp()
    const exchange = begin('a')
    exchange.requestPart(Buffer.from('secret'))
    const held = [prompt('secret')]
    const gone = new WeakRef(held[0] ?? {})
    const bodyGone = new WeakRef(exchange.kept?.requestBody ?? {})
    exchange.asked(held.pop() ?? expect.fail())
    exchanges.forgetAll()
    expect(exchanges.get('a')).toBeUndefined()
    // Its answer goes on.
    exchange.responsePart(Buffer.from('secret'))
    exchange.asked(prompt('more'))
    expect(exchange.kept).toBeNull()
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void // what the flag gives
    // A WeakRef holds its object until the turn ends.
    await new Promise((resolve) => setImmediate(resolve))
    collect()
    expect([gone.deref(), bodyGone.deref()]).toEqual([undefined, undefined])
    expect(exchange).toBeDefined()
  })
})
