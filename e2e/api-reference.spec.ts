import { expect, test } from '@playwright/test'
import { conform } from '../core/server/conformance.testing.ts'
import { QUESTION } from './ask.ts'
import { launchServe, type LaunchedServe, openInBrowser } from './launch.ts'

const model = 'smollm2:135m'
const messages = [{ role: 'user', content: QUESTION }]
const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const weather = { type: 'function', function: { name: 'weather', parameters: city } }

/** What is asked of each API that can stream. */
const ASKED: [string, object][] = [
  ['/v1/chat/completions', { messages }],
  ['/v1/chat/completions', { messages, n: 2, max_tokens: 5, stream_options: { include_usage: true } }],
  ['/v1/chat/completions', { messages, logprobs: true, top_logprobs: 2, max_tokens: 5 }],
  ['/v1/chat/completions', { messages, tools: [weather], tool_choice: 'required' }],
  ['/v1/completions', { prompt: ['Once upon', 'There was'], logprobs: 2, max_tokens: 5 }],
  ['/v1/responses', { input: QUESTION }],
  ['/v1/responses', { input: QUESTION, max_output_tokens: 2 }],
  ['/v1/responses', { input: QUESTION, tools: [{ type: 'function', ...weather.function }], tool_choice: 'required' }],
  ['/v1/responses', { input: QUESTION, text: { format: { type: 'json_schema', name: 'city', schema: city } } }],
  ['/v1/messages', { messages, max_tokens: 50 }],
  ['/v1/messages', { messages, max_tokens: 3 }],
  [
    '/v1/messages',
    { messages, max_tokens: 50, tools: [{ name: 'weather', input_schema: city }], tool_choice: { type: 'any' } },
  ],
  ['/api/chat', { messages, logprobs: true, top_logprobs: 2 }],
  ['/api/chat', { messages, format: city }],
  ['/api/generate', { prompt: QUESTION }],
  ['/api/generate', { prompt: 'Once upon', raw: true, options: { num_predict: 5 } }],
  ['/api/v0/chat/completions', { messages }],
  ['/api/v0/completions', { prompt: 'Once upon', max_tokens: 5 }],
  ['/api/v1/chat', { input: QUESTION, max_output_tokens: 30 }],
]

test.describe.serial('what the real model answers conforms to the API reference', () => {
  let served: LaunchedServe

  test.beforeAll(async () => {
    served = await launchServe()
  })
  test.afterAll(async () => {
    await served.close()
  })

  /** Asks, and holds the answer to the reference. */
  async function ask(method: string, path: string, body?: object): Promise<{ status: number; body: string }> {
    const sent = { method, path, body: body === undefined ? null : JSON.stringify(body) }
    const response = await fetch(served.url + path, { method, ...(sent.body === null ? {} : { body: sent.body }) })
    const { status, headers } = response
    const text = await response.text()
    conform(sent, { status, contentType: headers.get('content-type'), body: text, isWhole: true })
    return { status, body: text }
  }

  for (const [index, [path, asked]] of ASKED.entries()) {
    test(`${path} ${index}, whole and streamed`, async () => {
      for (const stream of [false, true]) {
        const { status, body } = await ask('POST', path, { model, ...asked, stream })
        expect([status, status === 200 ? '' : body]).toEqual([200, ''])
      }
    })
  }

  test('in all that is no answer, with what is in memory now', async () => {
    const lists = ['/v1/models', '/api/tags', '/api/ps', '/api/v0/models', '/api/v1/models', '/api/version', '/health']
    for (const path of [
      ...lists,
      `/v1/models/${model}`,
      `/api/v0/models/${model}`,
      '/metrics',
      '/openapi.json',
      '/docs',
    ])
      expect((await ask('GET', path)).status, path).toBe(200)
    const embedding = 'all-minilm'
    const bodies: [string, object][] = [
      ['/v1/embeddings', { model: embedding, input: ['Cat', 'Dog'] }],
      ['/v1/embeddings', { model: embedding, input: 'Cat', encoding_format: 'float' }],
      ['/api/embed', { model: embedding, input: 'Cat' }],
      ['/api/embeddings', { model: embedding, prompt: 'Cat' }],
      ['/api/v0/embeddings', { model: embedding, input: 'Cat' }],
      ['/tokenize', { model, messages, return_token_strs: true }],
      ['/detokenize', { model, tokens: [1, 2, 3] }],
      ['/v1/messages/count_tokens', { model, messages }],
      ['/reasoning', { prompt: '17 times 3?', task_type: 'math', max_length: 20 }],
      ['/api/show', { model }],
      ['/api/v1/models/load', { model, echo_load_config: true }],
      ['/api/chat', { model }],
      ['/api/v1/models/unload', { instance_id: model }],
    ]
    for (const [path, body] of bodies) expect((await ask('POST', path, body)).status, path).toBe(200)
  })

  test('in what it refuses', async () => {
    for (const [path, asked] of ASKED) {
      expect((await ask('POST', path, { model: 'nope', ...asked })).status, path).toBe(404)
      expect((await ask('POST', path, { model, messages: 7, input: 7, prompt: 7 })).status, path).toBe(400)
      expect((await ask('PUT', path)).status, path).toBe(405)
    }
  })

  test('which a browser shows as a page of its own, from nowhere else', async () => {
    const { page, close } = await openInBrowser(`${served.url}/docs`)
    try {
      await expect(page.getByRole('heading', { name: 'Hearth API' })).toBeVisible()
      // The policy lets its style in, and there is nothing else to let in.
      expect(await page.evaluate(() => getComputedStyle(document.body).display)).toBe('grid')
      expect(await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))).toEqual([])
      await page.getByRole('link', { name: 'Count the tokens of a conversation' }).click()
      await expect(page.getByText('POST /v1/messages/count_tokens', { exact: true })).toBeInViewport()
    } finally {
      await close()
    }
  })
})
