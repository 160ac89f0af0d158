import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusalOf, strictApp, written } from './asking.testing.ts'
import { type Dialect, hi, MODEL } from './endpoint.testing.ts'

/** A server that nobody may call: whoever follows an address that a client sent is seen here. */
const calls: string[] = []
const trap = createServer((request, response) => {
  calls.push(request.url ?? '')
  response.end('caught')
})
let port = 0
beforeAll(async () => {
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve))
  // A TCP server that listens has such an address.
  port = (trap.address() as AddressInfo).port
})
afterAll(() => trap.close())

const addresses = () => [
  `http://127.0.0.1:${port}/image.png`,
  `http://localhost:${port}/image.png`,
  `http://[::ffff:127.0.0.1]:${port}/image.png`,
  `http://2130706433:${port}/image.png`,
  `http://user@127.0.0.1:${port}/image.png`,
  'http://169.254.169.254/latest/meta-data/',
  'http://[fd00:ec2::254]/latest/meta-data/',
  'file:///etc/passwd',
  'data:image/png;base64,iVBORw0KGgo=',
  'javascript:alert(1)',
  '\\\\server\\share\\image.png',
]
const user = (...content: object[]) => [{ role: 'user', content }]
const openai = { path: '/v1/chat/completions', dialect: 'openai' as const }
const anthropic = { path: '/v1/messages', dialect: 'anthropic' as const }
const lmStudio = { path: '/api/v1/chat', dialect: 'lmstudio' as const }
const ollama = { dialect: 'ollama' as const }
const responses = { path: '/v1/responses', dialect: 'openai' as const }

/** What a client may want a model to look at or listen to, with the parameter that is to be named. */
const CASES: {
  path: string
  dialect: Dialect
  names: string
  body: (url: string) => object
}[] = [
  {
    ...openai,
    names: 'messages[0].content[0].type',
    body: (url) => ({ messages: user({ type: 'image_url', image_url: { url } }) }),
  },
  {
    ...openai,
    names: 'messages[0].content[0].type',
    body: (url) => ({ messages: user({ type: 'image_url', image_url: url }) }),
  },
  {
    ...openai,
    names: 'messages[0].content[0].type',
    body: (url) => ({ messages: user({ type: 'input_audio', input_audio: { data: url, format: 'wav' } }) }),
  },
  {
    ...openai,
    names: 'messages[0].content[0].type',
    body: (url) => ({ messages: user({ type: 'file', file: { file_data: url } }) }),
  },
  {
    ...openai,
    names: 'messages[0].content[0].type',
    body: (url) => ({ messages: user({ type: 'video_url', video_url: { url } }) }),
  },
  { ...openai, names: 'audio', body: (url) => ({ messages: hi, modalities: ['text'], audio: { voice: url } }) },
  {
    ...openai,
    path: '/api/v0/chat/completions',
    names: 'messages[0].content[0].type',
    body: (url) => ({ messages: user({ type: 'image_url', image_url: { url } }) }),
  },
  {
    ...openai,
    path: '/tokenize',
    names: 'messages[0].content[0].type',
    body: (url) => ({ messages: user({ type: 'image_url', image_url: { url } }) }),
  },
  {
    ...responses,
    names: 'input[0].content[0].type',
    body: (url) => ({ input: user({ type: 'input_image', image_url: url }) }),
  },
  {
    ...responses,
    names: 'input[0].content[0].type',
    body: (url) => ({ input: user({ type: 'input_file', file_url: url }) }),
  },
  {
    ...responses,
    names: 'input[0].output[0].type',
    body: (url) => ({
      input: [{ type: 'function_call_output', call_id: 'a', output: [{ type: 'input_image', image_url: url }] }],
    }),
  },
  { ...responses, names: 'tools[0].type', body: (url) => ({ input: 'x', tools: [{ type: 'mcp', server_url: url }] }) },
  {
    ...anthropic,
    names: 'messages[0].content[0].type',
    body: (url) => ({ max_tokens: 1, messages: user({ type: 'image', source: { type: 'url', url } }) }),
  },
  {
    ...anthropic,
    names: 'messages[0].content[0].type',
    body: (url) => ({ max_tokens: 1, messages: user({ type: 'document', source: { type: 'url', url } }) }),
  },
  {
    ...anthropic,
    names: 'messages[0].content[0].content[0].type',
    body: (url) => ({
      max_tokens: 1,
      messages: user({
        type: 'tool_result',
        tool_use_id: 'a',
        content: [{ type: 'image', source: { type: 'url', url } }],
      }),
    }),
  },
  {
    ...anthropic,
    names: 'mcp_servers',
    body: (url) => ({ max_tokens: 1, messages: hi, mcp_servers: [{ type: 'url', url, name: 'x' }] }),
  },
  {
    ...ollama,
    path: '/api/chat',
    names: 'messages[0].images',
    body: (url) => ({ messages: [{ role: 'user', content: 'x', images: [url] }] }),
  },
  { ...ollama, path: '/api/generate', names: 'images', body: (url) => ({ prompt: 'x', images: [url] }) },
  {
    ...lmStudio,
    names: 'input[1].type',
    body: (url) => ({
      input: [
        { type: 'message', content: 'x' },
        { type: 'image', data_url: url },
      ],
    }),
  },
  {
    ...lmStudio,
    names: 'integrations',
    body: (url) => ({ input: 'x', integrations: [{ type: 'ephemeral_mcp', server_url: url }] }),
  },
  { ...ollama, path: '/api/create', names: 'quantize', body: () => ({ from: MODEL, quantize: 'q4_K_M' }) },
]

describe('what no model here can look at or listen to', () => {
  it.each(CASES.map((one) => [one.path, one.names, one] as const))(
    'is refused on %s with the name of %s, and nothing is fetched',
    async (path, names, { dialect, body }) => {
      const app = strictApp()
      for (const url of addresses()) {
        const response = await app.ask(path, { method: 'POST', body: written({ model: MODEL, ...body(url) }) })
        expect(response.status, url).toBe(400)
        const { message, param } = await refusalOf(response, dialect)
        expect(message).toContain(`\`${names}\``)
        if (dialect === 'openai' || dialect === 'lmstudio') expect(param).toBe(names)
        expect(message).toMatch(/can't be used/)
      }
      expect(calls).toEqual([])
    },
  )
})
