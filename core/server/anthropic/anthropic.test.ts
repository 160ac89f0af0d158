import { describe, expect, it } from 'vitest'
import type { GenerationRequestInput } from '../../../shared/domain/generation.ts'
import { finish, paris, prefill, type Script, testApp, text } from '../server.testing.ts'

const question = { model: 'smollm2:135m', max_tokens: 50, messages: [{ role: 'user', content: 'Capital of France?' }] }

function post(body: unknown, script: Script = paris, path = '/v1/messages'): Promise<Response> {
  return testApp(script).ask(path, { method: 'POST', body: JSON.stringify(body) })
}

/** Named events of a stream, in order. */
async function events(response: Response): Promise<Record<string, unknown>[]> {
  return (await response.text())
    .split('\n\n')
    .filter((frame) => frame !== '')
    .map((frame) => {
      const [name = '', data = ''] = frame.split('\n')
      const event = JSON.parse(data.replace('data: ', '')) as Record<string, unknown> // as it was written
      expect(name).toBe(`event: ${String(event['type'])}`)
      return event
    })
}

const thoughtful: Script = async function* () {
  yield prefill
  yield { type: 'reasoning', choice: 0, text: 'Hm.', tokens: 1 }
  yield text('Let me see.')
  yield { type: 'toolCall', choice: 0, index: 0, id: 'a', name: 'weather', argumentsDelta: '{"city":' }
  yield { type: 'toolCall', choice: 0, index: 0, id: 'a', argumentsDelta: '"Oslo"}' }
  yield { ...finish(), reason: 'toolCalls' }
}

describe('POST /v1/messages', () => {
  it('answers in one piece', async () => {
    const response = await post(question)
    expect(await response.json()).toEqual({
      id: expect.stringMatching(/^msg_/),
      type: 'message',
      role: 'assistant',
      model: 'smollm2:135m',
      content: [{ type: 'text', text: 'Paris.' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 12, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 2 },
    })
  })

  it('has thoughts, text and calls in blocks', async () => {
    expect(await (await post(question, thoughtful)).json()).toMatchObject({
      content: [
        { type: 'thinking', thinking: 'Hm.', signature: '' },
        { type: 'text', text: 'Let me see.' },
        { type: 'tool_use', id: 'a', name: 'weather', input: { city: 'Oslo' } },
      ],
      stop_reason: 'tool_use',
    })
  })

  it('streams each block with its begin and its end', async () => {
    const all = await events(await post({ ...question, stream: true }, thoughtful))
    expect(all.map(({ type }) => type)).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      'content_block_delta',
      'content_block_delta',
      'content_block_stop',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'content_block_start',
      'content_block_delta',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ])
    expect(all[0]).toMatchObject({ message: { content: [], stop_reason: null, usage: { input_tokens: 12 } } })
    expect(all.flatMap(({ type, index }) => (type === 'content_block_start' ? index : []))).toEqual([0, 1, 2])
    expect(all.at(-2)).toMatchObject({ delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 2 } })
    const json = all.flatMap(({ delta }) => (delta as { partial_json?: string } | undefined)?.partial_json ?? []) // of calls
    expect(json.join('')).toBe('{"city":"Oslo"}')
  })

  it('ends a stream that breaks off with an error event', async () => {
    const script: Script = async function* () {
      yield prefill
      yield text('Par')
      yield { type: 'error', choice: 0, error: { code: 'engine_crashed', message: 'It crashed.' } }
    }
    const all = await events(await post({ ...question, stream: true }, script))
    expect(all.at(-1)).toEqual({ type: 'error', error: { type: 'api_error', message: 'It crashed.' } })
  })

  it('reads conversations with tools', async () => {
    let seen: GenerationRequestInput | null = null
    const script: Script = (request, signal) => {
      seen = request
      return paris(request, signal)
    }
    await post(
      {
        ...question,
        system: [{ type: 'text', text: 'Be brief.' }],
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'Weather?' }] },
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'Hm.', signature: '' },
              { type: 'tool_use', id: 'a', name: 'weather', input: { city: 'Oslo' } },
            ],
          },
          {
            role: 'user',
            content: [
              { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'Rain' }] },
              { type: 'text', text: 'Well?' },
            ],
          },
        ],
        tools: [{ name: 'weather', input_schema: { type: 'object' } }],
        tool_choice: { type: 'tool', name: 'weather', disable_parallel_tool_use: true },
        thinking: { type: 'enabled', budget_tokens: 1024 },
        stop_sequences: ['END'],
        top_k: 3,
      },
      script,
    )
    expect(seen).toMatchObject({
      input: {
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Weather?' },
          { role: 'assistant', content: '', reasoning: 'Hm.', toolCalls: [{ id: 'a', arguments: '{"city":"Oslo"}' }] },
          { role: 'tool', toolCallId: 'a', content: 'Rain' },
          { role: 'user', content: 'Well?' },
        ],
      },
      tools: [{ name: 'weather', parameters: { type: 'object' } }],
      toolChoice: { name: 'weather' },
      parallelToolCalls: false,
      reasoning: { mode: 'auto', budgetTokens: 1024 },
      stop: ['END'],
      sampling: { topK: 3 },
      maxTokens: 50,
      truncate: false,
    })
  })

  it.each([
    [{ ...question, max_tokens: undefined }, 400, 'invalid_request_error', /max_tokens/],
    [{ ...question, model: 'nope' }, 404, 'not_found_error', /nope/],
    [{ ...question, temperature: 2 }, 400, 'invalid_request_error', /temperature/],
    [
      { ...question, messages: [{ role: 'user', content: [{ type: 'image', source: {} }] }] },
      400,
      'invalid_request_error',
      /messages\[0\]\.content\[0\]\.type/,
    ],
    [
      { ...question, tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
      400,
      'invalid_request_error',
      /tools\[0\]/,
    ],
  ])('refuses %j with %i %s', async (body, status, type, message) => {
    const response = await post(body)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ type: 'error', error: { type, message: expect.stringMatching(message) } })
  })
})

describe('POST /v1/messages/count_tokens', () => {
  it('counts the prompt as the model would read it', async () => {
    const { model, messages } = question
    const response = await post({ model, messages }, paris, '/v1/messages/count_tokens')
    expect(await response.json()).toEqual({ input_tokens: 8 })
  })
})
