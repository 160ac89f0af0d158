import { describe, expect, it } from 'vitest'
import type { FinishReason, GenerationEvent } from '../../../shared/domain/generation.ts'
import { createCollector } from './chat-completion.ts'
import { createFramer } from './chat-frames.ts'

const head = { id: 'chatcmpl-1', created: 7, model: 'm' }
const text = (text: string, choice = 0): GenerationEvent => ({ type: 'text', choice, text, tokens: 1 })
const finish = (choice = 0, reason: FinishReason = 'stop'): GenerationEvent => ({
  type: 'finish',
  choice,
  reason,
  usage: { prompt: 10, cached: 4, completion: 3, reasoning: 1 },
  timings: { queueMs: 0, loadMs: 0, ttftMs: 1, prefillTps: 1, decodeTps: 1 },
  trace: { renderedTokens: 10, droppedMessages: 0, seed: 1, cacheSource: 'none' },
})
const call = (argumentsDelta: string, name?: string): GenerationEvent => ({
  type: 'toolCall',
  choice: 0,
  index: 0,
  id: 'c1',
  argumentsDelta,
  ...(name === undefined ? {} : { name }),
})
const waiting: GenerationEvent[] = [
  { type: 'queued', choice: 0, position: 1 },
  { type: 'loading', choice: 0, progress: 0.5 },
  { type: 'prefill', choice: 0, done: 1, total: 10, cached: 0 },
]

function framesOf(events: GenerationEvent[], includeUsage = false): object[] {
  const framer = createFramer(head, includeUsage)
  return [...events.flatMap((event) => framer.toFrames(event)), ...framer.last()]
}

const chunk = (index: number, delta: object, finish_reason: string | null = null) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 7,
  model: 'm',
  choices: [{ index, delta, logprobs: null, finish_reason }],
})
const role = (index = 0) => chunk(index, { role: 'assistant', content: '' })

describe('the frames of a streamed answer', () => {
  it.each<[string, GenerationEvent[], object[]]>([
    [
      'an answer',
      [...waiting, text('Hel'), text('lo'), finish()],
      [role(), chunk(0, { content: 'Hel' }), chunk(0, { content: 'lo' }), chunk(0, {}, 'stop')],
    ],
    ['an empty answer', [finish()], [role(), chunk(0, {}, 'stop')]],
    [
      'an answer that was cut off',
      [text('a'), finish(0, 'length')],
      [role(), chunk(0, { content: 'a' }), chunk(0, {}, 'length')],
    ],
    [
      'two answers at once',
      [text('a', 1), text('b'), finish(1), finish()],
      [
        role(1),
        chunk(1, { content: 'a' }),
        role(),
        chunk(0, { content: 'b' }),
        chunk(1, {}, 'stop'),
        chunk(0, {}, 'stop'),
      ],
    ],
    [
      'reasoning',
      [{ type: 'reasoning', choice: 0, text: 'hm', tokens: 1 }, finish()],
      [role(), chunk(0, { reasoning: 'hm', reasoning_content: 'hm' }), chunk(0, {}, 'stop')],
    ],
    [
      'a tool call, named once',
      [call('', 'f'), call('{"a":'), call('1}', 'f'), finish(0, 'toolCalls')],
      [
        role(),
        chunk(0, { tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'f', arguments: '' } }] }),
        chunk(0, { tool_calls: [{ index: 0, function: { arguments: '{"a":' } }] }),
        chunk(0, { tool_calls: [{ index: 0, function: { arguments: '1}' } }] }),
        chunk(0, {}, 'tool_calls'),
      ],
    ],
    ['nothing before the first token', waiting, []],
  ])('%s', (_name, events, frames) => {
    expect(framesOf(events)).toEqual(frames)
  })

  it('counts tokens in a last frame without choices, only when asked', () => {
    const frames = framesOf([text('a'), text('b', 1), finish(), finish(1)], true)
    expect(frames.slice(0, -1).every((frame) => 'usage' in frame && frame.usage === null)).toBe(true)
    expect(frames.at(-1)).toMatchObject({
      choices: [],
      usage: {
        prompt_tokens: 10,
        completion_tokens: 6,
        total_tokens: 16,
        prompt_tokens_details: { cached_tokens: 4 },
        completion_tokens_details: { reasoning_tokens: 2 },
      },
    })
  })
})

describe('an answer in one piece', () => {
  const complete = (events: GenerationEvent[]) => {
    const collector = createCollector(head)
    for (const event of events) collector.add(event)
    return collector.result()
  }

  it('has everything that clients ask for', () => {
    expect(complete([...waiting, text('Hel'), text('lo'), finish()])).toEqual({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 7,
      model: 'm',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hello', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 10,
        completion_tokens: 3,
        total_tokens: 13,
        prompt_tokens_details: { cached_tokens: 4 },
        completion_tokens_details: { reasoning_tokens: 1 },
      },
    })
  })

  it('has its choices in the order of their indexes', () => {
    const result = complete([text('b', 1), text('a'), finish(1, 'length'), finish()])
    expect(result).toMatchObject({
      choices: [
        { index: 0, message: { content: 'a' }, finish_reason: 'stop' },
        { index: 1, message: { content: 'b' }, finish_reason: 'length' },
      ],
    })
  })

  it('holds reasoning and tool calls beside no content', () => {
    const result = complete([
      { type: 'reasoning', choice: 0, text: 'hm', tokens: 1 },
      call('{', 'f'),
      call('}'),
      finish(0, 'toolCalls'),
    ])
    expect(result).toMatchObject({
      choices: [
        {
          message: {
            content: null,
            reasoning: 'hm',
            reasoning_content: 'hm',
            tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }],
          },
          finish_reason: 'tool_calls',
        },
      ],
    })
  })
})
