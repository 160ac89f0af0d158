import { describe, expect, it } from 'vitest'
import { HttpRefusal } from '../errors.ts'
import { readJson } from './body.ts'

const post = (body: string | Uint8Array | null, headers: Record<string, string> = {}) =>
  new Request('http://localhost/', { method: 'POST', body, headers })

async function refusal(request: Request, maxBytes?: number): Promise<HttpRefusal> {
  const error: unknown = await readJson(request, maxBytes).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (error instanceof HttpRefusal) return error
  throw new Error('was not refused')
}

describe('reading a JSON body', () => {
  it('does not ask for a content type', async () => {
    expect(await readJson(post('{"a":[1]}', { 'content-type': 'application/x-www-form-urlencoded' }))).toEqual({
      a: [1],
    })
  })

  it('keeps __proto__ as plain data', async () => {
    await readJson(post('{"__proto__":{"polluted":true}}'))
    expect({}).not.toHaveProperty('polluted')
  })

  it.each([
    ['no body', post(null), 400, /no body/],
    ['blanks', post(' \n'), 400, /no body/],
    ['no JSON', post('{bad'), 400, /not valid JSON/],
    ['half a string', post('{"a":"\\'), 400, /not valid JSON/],
    ['invalid UTF-8', post(new Uint8Array([0x22, 0xff, 0xfe, 0x22])), 400, /UTF-8/],
    ['100,000 levels', post('['.repeat(100_000) + ']'.repeat(100_000)), 400, /deeper than 128/],
    ['compression', post('x', { 'content-encoding': 'gzip' }), 415, /uncompressed/],
  ])('refuses %s', async (_name, request, status, message) => {
    const error = await refusal(request)
    expect(error.status).toBe(status)
    expect(error.message).toMatch(message)
  })

  it('refuses a long body whether its length is announced or not', async () => {
    expect((await refusal(post('"aaaaaaaa"'), 5)).status).toBe(413)
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1024)),
    })
    const endless = new Request('http://localhost/', { method: 'POST', body: stream, duplex: 'half' } as RequestInit) // `duplex` is missing in the types of Node 20
    expect((await refusal(endless, 10_000)).status).toBe(413)
  })

  it('does not count brackets inside strings', async () => {
    const text = '[{'.repeat(1000) + '"'
    expect(await readJson(post(JSON.stringify({ text })))).toEqual({ text })
  })
})
