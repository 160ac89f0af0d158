import { describe, expect, it } from 'vitest'
import { refusalOf, send, strictApp, written } from './asking.testing.ts'
import { EACH } from './table.testing.ts'

/** What can be no name, and must be no path, no key of an object and no pattern either. */
const HOSTILE = [
  '..',
  '../smollm2',
  '..\\smollm2',
  '../../../../etc/passwd',
  '/etc/passwd',
  'C:foo',
  'C:\\Windows\\win.ini',
  '\\\\server\\share\\model',
  'file:///etc/passwd',
  'CON',
  'smollm2:135m\u0000',
  'smollm2%3A135m',
  '%2e%2e%2f',
  '\ud800',
  '\u202esmollm2',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '[object Object]',
  '(a+)+$',
  '*',
  '${7*7}',
  '{{7*7}}',
  '<script>alert(1)</script>',
  "' OR 1=1 --",
  ' ',
  '\n',
  'x'.repeat(1_000_000),
]

const app = strictApp()

/** Those that look a model up, with the field that names it. */
const lookups = EACH.flatMap(([name, endpoint]) => {
  const field = ['model', 'instance_id', 'source'].find((one) => one in { ...endpoint.body, ...endpoint.fields })
  const makes = ['/api/create', '/api/pull', '/api/v1/models/download'].includes(endpoint.path)
  return field === undefined || makes ? [] : [[name, field, endpoint] as const]
})

it.each(lookups)('%s has no model whose `%s` is hostile, and says so in few words', async (_name, field, endpoint) => {
  for (const name of HOSTILE) {
    const response = await send(app, endpoint, { ...endpoint.body, [field]: name })
    const { message } = await refusalOf(response, endpoint.dialect)
    // Ollama's own API tells what is no name from what is not here.
    if (message !== 'invalid model name') expect(response.status, name.slice(0, 40)).toBe(404)
    else expect([response.status, endpoint.dialect]).toEqual([400, 'ollama'])
    expect(message.length).toBeLessThan(600)
  }
})

const post = (path: string, body: object, app = strictApp()) => app.ask(path, { method: 'POST', body: written(body) })

describe('hostile ids in paths', () => {
  const paths = ['/v1/models/', '/api/v0/models/', '/v1/responses/', '/api/v1/models/download/status/']
  it.each(paths.flatMap((path) => HOSTILE.slice(0, -1).map((name) => [path, name] as const)))(
    '%s%s is not there',
    async (path, name) => {
      const response = await app.ask(path + encodeURIComponent(name.replace('\ud800', '\ufffd')))
      await refusalOf(response, path.startsWith('/api/v1/') ? 'lmstudio' : 'openai')
      expect(response.status).toBe(404)
    },
  )

  it.each(['%', '%zz', '%c0%ae', '%00', '..%2f..%2fetc', '?', '#', '%ff'])(
    'reads /v1/models/%s as no model',
    async (name) => {
      const response = await app.ask(`/v1/models/${name}`)
      expect(response.status).toBe(404)
      await refusalOf(response, 'openai')
    },
  )
})

describe('texts in an answer and back', () => {
  /** Texts that must reach the model, or come back, unchanged. */
  const TEXTS = [
    '',
    '\u0000',
    '\ud800',
    '\udc00\ud800',
    '\u202eright to left',
    '\ufeffBOM',
    '👩‍👩‍👧‍👦',
    '\u2028\u2029',
    'x'.repeat(1_000_000),
  ]

  it.each([
    ['/v1/chat/completions', (content: string) => ({ messages: [{ role: 'user', content }] })],
    ['/v1/completions', (prompt: string) => ({ prompt })],
    ['/v1/responses', (input: string) => ({ input })],
    ['/v1/messages', (content: string) => ({ max_tokens: 1, messages: [{ role: 'user', content }] })],
    ['/api/chat', (content: string) => ({ messages: [{ role: 'user', content }] })],
    ['/api/generate', (prompt: string) => ({ prompt: `${prompt} `, system: prompt })],
    ['/tokenize', (prompt: string) => ({ prompt })],
  ])('%s takes any text', async (path, bodyOf) => {
    for (const text of TEXTS) {
      const response = await post(path, { model: 'smollm2:135m', ...bodyOf(text) })
      expect(response.status, text.slice(0, 20)).toBe(200)
      // Each line or frame is whole JSON, in UTF-8.
      expect(await response.text()).not.toMatch(/[\u2028\ud800]/)
    }
  })

  it('keeps the names of objects apart from those of the language', async () => {
    const odd = { ['__proto__']: { polluted: 1 }, constructor: { prototype: { polluted: 1 } } }
    const call = (args: object) => ({ id: 'a', type: 'function', function: { name: 'toString', arguments: args } })
    const said = [
      { role: 'user', content: 'x' },
      { role: 'assistant', tool_calls: [call(odd)] },
      { role: 'tool', tool_call_id: 'a', content: 'y' },
    ]
    const tools = [
      { type: 'function', function: { name: 'constructor', parameters: { type: 'object', properties: odd } } },
    ]
    for (const path of ['/v1/chat/completions', '/api/chat']) {
      expect((await post(path, { model: 'smollm2:135m', messages: said, tools })).status).toBe(200)
    }
    expect({}).not.toHaveProperty('polluted')
  })
})
