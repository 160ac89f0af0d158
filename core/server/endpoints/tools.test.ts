import { describe, expect, it } from 'vitest'
import { refusalOf, strictApp, written } from './asking.testing.ts'
import { hi, MODEL } from './endpoint.testing.ts'

/** The endpoints that take tools, each with its form of one. */
const ENDPOINTS = [
  [
    '/v1/chat/completions',
    'openai',
    (name: unknown, parameters: unknown) => ({ type: 'function', function: { name, parameters } }),
    { messages: hi },
  ],
  [
    '/api/v0/chat/completions',
    'openai',
    (name: unknown, parameters: unknown) => ({ type: 'function', function: { name, parameters } }),
    { messages: hi },
  ],
  [
    '/v1/responses',
    'openai',
    (name: unknown, parameters: unknown) => ({ type: 'function', name, parameters }),
    { input: 'x' },
  ],
  [
    '/v1/messages',
    'anthropic',
    (name: unknown, input_schema: unknown) => ({ name, input_schema }),
    { messages: hi, max_tokens: 9 },
  ],
  [
    '/api/chat',
    'ollama',
    (name: unknown, parameters: unknown) => ({ type: 'function', function: { name, parameters } }),
    { messages: hi },
  ],
] as const

const any = { type: 'object', properties: {} }
const nested = (levels: number): object =>
  levels === 0 ? any : { type: 'object', properties: { a: nested(levels - 1) } }

/** Schemas that say nothing wrong, or that only the engine can judge. */
const TAKEN = {
  'a reference to itself': { $ref: '#' },
  'a circle of references': { $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } }, $ref: '#/$defs/a' },
  'an address as reference': { $ref: 'http://169.254.169.254/schema.json' },
  'a pattern that takes for ever': { type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$' } } },
  'names of the language': JSON.parse(
    '{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{}}}',
  ) as object,
  'a great many values': { enum: Array.from({ length: 100_000 }, (_, index) => String(index)) },
  'sizes without end': { type: 'array', minItems: 1e15, maxItems: 1e308 },
  'thirty levels': nested(30),
}

describe.each(ENDPOINTS)('tools of %s', (path, dialect, tool, rest) => {
  const app = strictApp()
  const ask = (more: object) => app.ask(path, { method: 'POST', body: written({ model: MODEL, ...rest, ...more }) })

  it.each(Object.entries(TAKEN))('may have %s', async (_name, schema) => {
    expect((await ask({ tools: [tool('f', schema)] })).status).toBe(200)
    expect({}).not.toHaveProperty('type')
  })

  it.each([
    ['a name with blanks', [tool('get weather', any)], /name/],
    ['a tag for a name', [tool('<f>', any)], /name/],
    ['no name', [tool('', any)], /name/],
    ['a name of 10,000 letters', [tool('f'.repeat(10_000), any)], /name/],
    ['a name that is a number', [tool(5, any)], /name/],
    ['one name twice', [tool('f', any), tool('f', any)], /same name/],
    ['10,000 of them', Array.from({ length: 10_000 }, (_, index) => tool(`f${index}`, any)), /at most 512 entries/],
    ['a schema that is a text', [tool('f', 'any')], /parameters|input_schema/],
    ['a schema too deep', [tool('f', nested(200))], /deeper/],
  ])('are refused with %s', async (_name, tools, says) => {
    const { message } = await refusalOf(await ask({ tools }), dialect)
    expect(message).toMatch(says)
  })
})
