import { describe, expect, it } from 'vitest'
import type { GenerationRequestInput } from '../../../../shared/domain/generation.ts'
import { finish, paris, prefill, type Script, testApp, text } from '../../server.testing.ts'
import { createResponseStore } from '../../answering/response-store.ts'

const question = { model: 'smollm2:135m', input: 'Capital of France?' }

function post(app: ReturnType<typeof testApp>, body: unknown): Promise<Response> {
  return app.ask('/v1/responses', { method: 'POST', body: JSON.stringify(body) })
}

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

describe('POST /v1/responses', () => {
  it('answers in one piece, keeps it, and forgets it when told', async () => {
    const app = testApp()
    const response = (await (await post(app, question)).json()) as { id: string; output: object[] } // ours
    expect(response).toMatchObject({
      object: 'response',
      status: 'completed',
      error: null,
      incomplete_details: null,
      instructions: null,
      tools: [],
      tool_choice: 'auto',
      parallel_tool_calls: true,
      output: [
        { type: 'message', status: 'completed', role: 'assistant', content: [{ type: 'output_text', text: 'Paris.' }] },
      ],
      usage: { input_tokens: 12, output_tokens: 2, total_tokens: 14 },
    })
    const path = `/v1/responses/${response.id}`
    expect(await (await app.ask(path)).json()).toEqual(response)
    expect(await (await app.ask(path, { method: 'DELETE' })).json()).toMatchObject({ deleted: true })
    expect((await app.ask(path)).status).toBe(404)
  })

  it('goes on from a response, without the instructions of that', async () => {
    const seen: GenerationRequestInput[] = []
    const script: Script = (request, signal) => {
      seen.push(request)
      return paris(request, signal)
    }
    const app = testApp(script)
    const { id } = (await (await post(app, { ...question, instructions: 'Be brief.' })).json()) as { id: string } // ours
    await post(app, { ...question, input: 'And of Spain?', previous_response_id: id })
    expect(seen[1]?.input).toEqual({
      kind: 'messages',
      messages: [
        { role: 'user', content: 'Capital of France?' },
        { role: 'assistant', content: 'Paris.' },
        { role: 'user', content: 'And of Spain?' },
      ],
    })
  })

  it('keeps nothing that shall not be stored', async () => {
    const app = testApp()
    const { id } = (await (await post(app, { ...question, store: false })).json()) as { id: string } // ours
    expect((await app.ask(`/v1/responses/${id}`)).status).toBe(404)
    const next = await post(app, { ...question, previous_response_id: id })
    expect(next.status).toBe(404)
    expect(await next.json()).toMatchObject({ error: { param: 'previous_response_id' } })
  })

  it('streams thoughts, text and calls, each added and done, under one numbering', async () => {
    const script: Script = async function* () {
      yield prefill
      yield { type: 'reasoning', choice: 0, text: 'Hm.', tokens: 1 }
      yield text('Let me ')
      yield text('see.')
      yield { type: 'toolCall', choice: 0, index: 0, id: 'a', name: 'weather', argumentsDelta: '{"city":' }
      yield { type: 'toolCall', choice: 0, index: 0, id: 'a', argumentsDelta: '"Oslo"}' }
      yield { ...finish(), reason: 'toolCalls' }
    }
    const all = await events(await post(testApp(script), { ...question, stream: true }))
    expect(all.map(({ type }) => String(type).replace('response.', ''))).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'reasoning_summary_part.added',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done',
      'output_item.done',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
      'completed',
    ])
    expect(all.map((event) => event['sequence_number'])).toEqual(all.map((_, index) => index))
    const call = {
      type: 'function_call',
      call_id: 'a',
      name: 'weather',
      arguments: '{"city":"Oslo"}',
      status: 'completed',
    }
    expect(all.at(-1)).toMatchObject({ response: { status: 'completed', output: [{}, {}, call] } })
    for (const event of all.filter(({ type }) => type === 'response.output_text.delta'))
      expect(event['logprobs']).toEqual([])
  })

  it('says that an answer was cut off, or broke off', async () => {
    const short: Script = async function* () {
      yield text('Par')
      yield { ...finish(), reason: 'length' }
    }
    const cut = await events(await post(testApp(short), { ...question, stream: true }))
    expect(cut.at(-1)).toMatchObject({
      type: 'response.incomplete',
      response: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
    })
    const broken: Script = async function* () {
      yield prefill
      yield text('Par')
      yield { type: 'error', choice: 0, error: { code: 'engine_crashed', message: 'It crashed.' } }
    }
    const failed = await events(await post(testApp(broken), { ...question, stream: true }))
    expect(failed.at(-1)).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'server_error', message: 'It crashed.' } },
    })
  })

  it('takes items, with thoughts and calls as one turn', async () => {
    let seen: GenerationRequestInput | null = null
    const script: Script = (request, signal) => {
      seen = request
      return paris(request, signal)
    }
    const input = [
      { role: 'developer', content: 'Be brief.' },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Weather?' }] },
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }] },
      { type: 'function_call', call_id: 'a', name: 'weather', arguments: '{}' },
      { type: 'function_call_output', call_id: 'a', output: 'Rain' },
    ]
    const format = { type: 'json_schema', name: 'x', schema: { type: 'object' } }
    const body = { ...question, input, text: { format }, max_output_tokens: 9, reasoning: { effort: 'none' } }
    expect((await post(testApp(script), body)).status).toBe(200)
    expect(seen).toMatchObject({
      input: {
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Weather?' },
          {
            role: 'assistant',
            content: '',
            reasoning: 'Hm.',
            toolCalls: [{ id: 'a', name: 'weather', arguments: '{}' }],
          },
          { role: 'tool', toolCallId: 'a', content: 'Rain' },
        ],
      },
      constraint: { kind: 'schema', schema: { type: 'object' } },
      maxTokens: 9,
      reasoning: { mode: 'off' },
    })
  })

  it.each([
    [{ ...question, background: true }, 'background'],
    [{ ...question, tools: [{ type: 'web_search' }] }, 'tools[0].type'],
    [{ ...question, input: [{ type: 'item_reference', id: 'x' }] }, 'input[0].type'],
    [
      { ...question, input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'http://127.0.0.1/' }] }] },
      'input[0].content[0].type',
    ],
    [{ ...question, input: [] }, 'input'],
    [{ ...question, tool_choice: { type: 'function', name: 'f' } }, 'tool_choice'],
  ])('refuses %j, naming %s', async (body, param) => {
    const response = await post(testApp(), body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { param } })
  })
})

describe('stored responses', () => {
  it('give way to newer ones, the longest unused first', () => {
    const one = { response: { text: 'x'.repeat(50) }, messages: [] }
    const store = createResponseStore(JSON.stringify(one).length * 2)
    store.put('me', 'a', one)
    store.put('me', 'b', one)
    store.get('me', 'a')
    store.put('me', 'c', one)
    expect(['a', 'b', 'c'].map((id) => store.get('me', id))).toEqual([one, undefined, one])
  })
})
