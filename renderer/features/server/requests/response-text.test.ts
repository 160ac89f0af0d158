import { describe, expect, it } from 'vitest'
import { prettyJson, responseText } from './response-text.ts'

const sse = (...frames: unknown[]) => frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join('')
const events = (...frames: ({ type: string } & Record<string, unknown>)[]) =>
  frames.map((frame) => `event: ${frame.type}\ndata: ${JSON.stringify(frame)}\n\n`).join('')
const lines = (...frames: unknown[]) => frames.map((frame) => `${JSON.stringify(frame)}\n`).join('')

describe('the words of an answer', () => {
  it('come together from the chunks of OpenAI', () => {
    const body = `${sse(
      { choices: [{ index: 0, delta: { role: 'assistant', reasoning: 'Hm. ' } }] },
      { choices: [{ index: 0, delta: { content: 'Par' } }] },
      { choices: [{ index: 0, delta: { content: 'is' } }] },
      { choices: [], usage: { total_tokens: 3 } },
    )}data: [DONE]\n\n`
    expect(responseText(body)).toEqual({ text: 'Paris', thinking: 'Hm. ', calls: [], streamed: true })
  })

  it('have the tools that were called, with arguments that came in pieces', () => {
    const call = (part: unknown) => ({ choices: [{ index: 0, delta: { tool_calls: [part] } }] })
    const body = sse(
      call({ index: 0, function: { name: 'weather', arguments: '' } }),
      call({ index: 1, function: { name: 'time', arguments: '{}' } }),
      call({ index: 0, function: { arguments: '{"city":' } }),
      call({ index: 0, function: { arguments: '"Paris"}' } }),
    )
    expect(responseText(body).calls).toEqual([
      { name: 'weather', input: '{"city":"Paris"}' },
      { name: 'time', input: '{}' },
    ])
  })

  it('come together from the lines of Ollama, of chat and generate', () => {
    const chat = lines({ message: { content: 'Par', thinking: '' } }, { message: { content: 'is' } }, { done: true })
    expect(responseText(chat)).toMatchObject({ text: 'Paris', streamed: true })
    expect(responseText(lines({ response: 'a' }, { response: 'b', done: true })).text).toBe('ab')
    const called = { message: { content: '', tool_calls: [{ function: { name: 'f', arguments: { a: 1 } } }] } }
    expect(responseText(lines(called, { done: true })).calls).toEqual([{ name: 'f', input: '{"a":1}' }])
  })

  it('come together from the events of Anthropic', () => {
    const body = events(
      { type: 'message_start' },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Paris' } },
      { type: 'content_block_start', index: 2, content_block: { type: 'tool_use', name: 'f' } },
      { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{}' } },
    )
    expect(responseText(body)).toEqual({
      text: 'Paris',
      thinking: 'Hm',
      calls: [{ name: 'f', input: '{}' }],
      streamed: true,
    })
  })

  it('come together from the events of the Responses API and of LM Studio', () => {
    const responses = events(
      { type: 'response.reasoning_summary_text.delta', delta: 'Hm' },
      { type: 'response.output_text.delta', delta: 'Par' },
      { type: 'response.output_text.delta', delta: 'is' },
      { type: 'response.output_text.done', text: 'Paris' },
      { type: 'response.function_call_arguments.done', item_id: 'x', name: 'f', arguments: '{}' },
    )
    expect(responseText(responses)).toMatchObject({
      text: 'Paris',
      thinking: 'Hm',
      calls: [{ name: 'f', input: '{}' }],
    })
    const studio = events(
      { type: 'reasoning.delta', content: 'Hm' },
      { type: 'message.delta', content: 'Paris' },
      { type: 'chat.end', result: { output: [{ type: 'message', content: 'Paris' }] } },
    )
    expect(responseText(studio)).toMatchObject({ text: 'Paris', thinking: 'Hm' })
  })

  it.each([
    ['OpenAI', { choices: [{ message: { content: 'Paris', reasoning_content: 'Hm' } }] }, 'Paris', 'Hm'],
    ['completions', { choices: [{ text: 'Paris' }, { text: '!' }] }, 'Paris!', ''],
    ['Ollama', { message: { content: 'Paris', thinking: 'Hm' } }, 'Paris', 'Hm'],
    [
      'Anthropic',
      {
        content: [
          { type: 'thinking', thinking: 'Hm' },
          { type: 'text', text: 'Paris' },
        ],
      },
      'Paris',
      'Hm',
    ],
    [
      'Responses',
      {
        output: [
          { type: 'reasoning', summary: [{ text: 'Hm' }] },
          { type: 'message', content: [{ type: 'output_text', text: 'Paris' }] },
        ],
      },
      'Paris',
      'Hm',
    ],
    ['LM Studio', { output: [{ type: 'message', content: 'Paris' }] }, 'Paris', ''],
  ])('are found in a whole answer of %s', (_, answer, text, thinking) => {
    expect(responseText(JSON.stringify(answer, null, 2))).toMatchObject({ text, thinking, streamed: false })
  })

  it('are none where there are none, whatever it is', () => {
    const nothing = { text: '', thinking: '', calls: [], streamed: false }
    for (const body of ['', 'null', '[]', '3', '"x"', '{"data":[{"embedding":[1]}]}', 'Ollama is running', '<html>'])
      expect(responseText(body)).toEqual(nothing)
    expect(responseText('data: [DONE]\n\n')).toEqual(nothing)
    expect(responseText(sse({ choices: [null, 3, { delta: null }] }))).toEqual({ ...nothing, streamed: true })
  })

  it('are what came before an answer was cut off', () => {
    const whole = sse({ choices: [{ delta: { content: 'Par' } }] }, { choices: [{ delta: { content: 'is' } }] })
    expect(responseText(whole.slice(0, -9)).text).toBe('Par')
  })
})

describe('JSON to read', () => {
  it('has indents, and anything else stays as it is', () => {
    expect(prettyJson('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}')
    expect(prettyJson('{"a":')).toBe('{"a":')
  })
})
