import { describe, expect, it } from 'vitest'
import type { GenerationRequestInput } from '../../../shared/domain/generation.ts'
import { paris } from '../server.testing.ts'
import { strictApp, written } from './asking.testing.ts'
import { MODEL } from './endpoint.testing.ts'

const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }
const nothing = { name: null, refusal: null, audio: null, tool_call_id: null, reasoning_content: null, reasoning: null }

/** Bodies with nulls where clients write them, deep inside. */
const BODIES: [path: string, body: object][] = [
  [
    '/v1/chat/completions',
    {
      messages: [
        { role: 'user', content: 'x', ...nothing, tool_calls: null, function_call: null },
        { role: 'assistant', content: null, ...nothing, tool_calls: [{ ...call, type: null, index: null }] },
        { role: 'tool', content: 'y', tool_call_id: 'a', tool_calls: null },
      ],
      tools: [{ type: 'function', function: { name: 'f', description: null, parameters: null, strict: null } }],
      response_format: {
        type: 'json_schema',
        schema: null,
        json_schema: { name: 'x', strict: null, description: null, schema: {} },
      },
      reasoning: { effort: null, enabled: null, max_tokens: null },
      logit_bias: { 5: null },
    },
  ],
  [
    '/v1/responses',
    {
      input: [
        {
          type: null,
          id: null,
          status: null,
          role: 'user',
          content: [{ type: 'input_text', text: 'x', annotations: null }],
        },
        { type: 'reasoning', id: null, summary: null, content: null, encrypted_content: null },
        { type: 'function_call', id: null, status: null, call_id: 'a', name: 'f', arguments: '{}' },
        { type: 'function_call_output', id: null, call_id: 'a', output: 'y', status: null },
      ],
      tools: [{ type: 'function', name: 'f', description: null, parameters: null, strict: null }],
      text: { format: null, verbosity: null },
      metadata: { a: null },
    },
  ],
  [
    '/v1/messages',
    {
      max_tokens: 9,
      system: [{ type: 'text', text: 'x', cache_control: null, citations: null }],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'x', cache_control: null }] },
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 'a', name: 'f', input: { city: null }, cache_control: null }],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: null, is_error: null }] },
      ],
      tools: [{ type: null, name: 'f', description: null, input_schema: {}, cache_control: null }],
      tool_choice: { type: 'auto', disable_parallel_tool_use: null },
    },
  ],
  [
    '/api/chat',
    {
      messages: [
        { role: 'user', content: 'x', images: null, thinking: null, tool_calls: null, tool_name: null },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: null, function: { name: 'f', arguments: { city: null }, index: null } }],
        },
        { role: 'tool', content: 'y', tool_call_id: null, tool_name: null },
      ],
      tools: [{ type: null, function: { name: 'f', description: null, parameters: null } }],
      options: { seed: null, stop: null, num_gpu: null },
    },
  ],
]

describe('nulls deep inside', () => {
  it.each(BODIES)('of %s are as if they were absent', async (path, body) => {
    const response = await strictApp().ask(path, { method: 'POST', body: written({ model: MODEL, ...body }) })
    expect(response.status, await response.text()).toBe(200)
  })

  it('stay where they say something: in schemas and in arguments', async () => {
    let asked: GenerationRequestInput | undefined
    const app = strictApp(async function* (request, signal) {
      asked = request
      yield* paris(request, signal)
    })
    const schema = { const: null, enum: [null, 'a'], default: null }
    const tools = [{ type: null, function: { name: 'f', parameters: schema } }]
    const messages = [
      {
        role: 'assistant',
        content: 'x',
        tool_calls: [{ id: null, function: { name: 'f', arguments: { city: null } } }],
      },
    ]
    await app.ask('/api/chat', { method: 'POST', body: written({ model: MODEL, messages, tools, format: schema }) })
    expect(asked).toMatchObject({
      tools: [{ parameters: schema }],
      constraint: { schema },
      input: { messages: [{ toolCalls: [{ arguments: '{"city":null}' }] }] },
    })
  })
})
