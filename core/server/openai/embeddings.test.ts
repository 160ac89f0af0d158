import { describe, expect, it } from 'vitest'
import { AppError } from '../../../shared/domain/errors.ts'
import type { EmbeddingRequestInput } from '../../../shared/domain/generation.ts'
import { testApp } from '../server.testing.ts'

const URL = '/v1/embeddings'
const body = (more: object): RequestInit => ({
  method: 'POST',
  body: JSON.stringify({ model: 'all-minilm', input: 'a', ...more }),
})

describe('embeddings', () => {
  it.each([
    ['one text', 'hello', ['hello']],
    ['texts', ['a', 'b'], ['a', 'b']],
    ['tokens', [1, 2, 3], [[1, 2, 3]]],
    ['arrays of tokens', [[1, 2], [3]], [[1, 2], [3]]],
  ])('take %s, in order and never cut', async (_name, input, inputs) => {
    let seen: EmbeddingRequestInput | undefined
    const { ask, requests } = testApp(undefined, {
      embed: async (request) => {
        seen = request
        return { vectors: request.inputs.map((_, index) => [index]), tokens: 7, loadMs: 0 }
      },
    })
    const response = await ask(URL, { ...body({ input, keep_alive: '1m' }), headers: { 'x-hearth-priority': 'batch' } })
    expect(response.status).toBe(200)
    expect(seen).toMatchObject({
      model: 'all-minilm',
      inputs,
      truncate: false,
      priority: 'batch',
      keepAliveSeconds: 60,
      actor: { door: 'http' },
    })
    expect(await response.json()).toEqual({
      object: 'list',
      data: inputs.map((_, index) => ({ object: 'embedding', index, embedding: [index] })),
      model: 'all-minilm',
      usage: { prompt_tokens: 7, total_tokens: 7 },
    })
    expect(requests.list()[0]).toMatchObject({ path: URL, model: 'all-minilm', status: 200, error: null })
  })

  it('come as little-endian 32-bit floats in base64', async () => {
    const response = await testApp().ask(URL, body({ encoding_format: 'base64' }))
    const { data } = (await response.json()) as { data: { embedding: string }[] }
    const bytes = Buffer.from(data[0]?.embedding ?? '', 'base64')
    expect(bytes).toHaveLength(8)
    expect(bytes.readFloatLE(4)).toBeCloseTo(-0.8, 6)
  })

  it.each([
    [{ input: '' }, 'input', 'invalid_value'],
    [{ input: ['a', ''] }, 'input[1]', 'invalid_value'],
    [{ input: [] }, 'input', 'invalid_value'],
    [{ input: [[]] }, 'input[0]', 'invalid_value'],
    [{ input: ['a', 1] }, 'input', 'invalid_value'],
    [{ input: [-1] }, 'input[0]', 'invalid_value'],
    [{ input: [1.5] }, 'input', 'invalid_value'],
    [{ input: Array(2049).fill('x') }, 'input', 'invalid_value'],
    [{ input: null }, 'input', 'invalid_value'],
    [{ input: { text: 'x' } }, 'input', 'invalid_value'],
    [{ model: '' }, 'model', 'invalid_value'],
    [{ encoding_format: 'hex' }, 'encoding_format', 'invalid_value'],
    [{ dimensions: 64 }, 'dimensions', 'unsupported_parameter'],
    [{ keep_alive: 'x' }, 'keep_alive', 'invalid_value'],
  ])('with %o are refused by the name of %s', async (more, param, code) => {
    const response = await testApp().ask(URL, body(more))
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { param, code } })
  })

  it.each([
    ['context_overflow', 400],
    ['model_cannot_embed', 400],
    ['queue_full', 503],
    ['engine_crashed', 500],
  ] as const)('that fail with %s have the status %i', async (code, status) => {
    const { ask, requests } = testApp(undefined, {
      embed: () => Promise.reject(new AppError({ code, message: 'It broke.' })),
    })
    expect((await ask(URL, body({}))).status).toBe(status)
    expect(requests.list()[0]).toMatchObject({ status, error: 'It broke.' })
  })

  it('know which models there are', async () => {
    expect((await testApp().ask(URL, body({ model: 'nope' }))).status).toBe(404)
    expect((await testApp().ask(URL)).status).toBe(405)
  })

  it('end when the client hangs up or the server stops', async () => {
    const { ask, jobs } = testApp(undefined, {
      embed: (_request, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    })
    const response = ask(URL, body({}))
    await new Promise((resolve) => setImmediate(resolve))
    jobs.stopAll()
    expect((await response).status).toBe(503)
  })
})
