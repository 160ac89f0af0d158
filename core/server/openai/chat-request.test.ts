import { describe, expect, it } from 'vitest'
import { AppError } from '../../../shared/domain/errors.ts'
import { GenerationRequest } from '../../../shared/domain/generation.ts'
import { toRequest } from './chat-request.ts'

const hi = [{ role: 'user', content: 'hi' }]
const body = (more: object = {}) => ({ model: 'm', messages: hi, ...more })
const sampling = (more: object) => toRequest(body(more)).generation.sampling

function refusal(json: unknown): AppError {
  try {
    toRequest(json)
  } catch (error) {
    if (error instanceof AppError) return error
  }
  throw new Error('was not refused')
}

describe('the smallest chat request', () => {
  it('asks for one answer that is not shortened', () => {
    expect(toRequest(body())).toEqual({
      model: 'm',
      stream: false,
      includeUsage: false,
      generation: {
        model: 'm',
        input: { kind: 'messages', messages: [{ role: 'user', content: 'hi' }] },
        choices: 1,
        sampling: {},
        stop: [],
        truncate: false,
        priority: 'api',
      },
    })
  })
})

describe('parameters of a chat request', () => {
  it.each([
    [{ temperature: 0 }, { temperature: 0 }],
    [
      { top_p: 0.5, top_k: 20, min_p: 0.1 },
      { topP: 0.5, topK: 20, minP: 0.1 },
    ],
    [{ top_p: 0 }, { topK: 1 }],
    [{ top_k: -1 }, { topK: 0 }],
    [{ seed: 7 }, { seed: 7 }],
    [{ seed: -2 }, { seed: 0xfffffffe }],
    [{ seed: 2 ** 40 + 5 }, { seed: 5 }],
    [{ seed: -1 }, {}],
    [{ repeat_penalty: 1.1 }, { repeatPenalty: 1.1 }],
    [
      { frequency_penalty: -2, presence_penalty: 2 },
      { frequencyPenalty: -2, presencePenalty: 2 },
    ],
    [{ logit_bias: { '50256': -100 } }, { logitBias: { '50256': -100 } }],
  ])('%o is sampled with %o', (more, expected) => {
    expect(sampling(more)).toEqual(expected)
  })

  it.each([
    [{ max_tokens: 5 }, 5],
    [{ max_tokens: 5, max_completion_tokens: 9 }, 9],
    [{ max_tokens: 5, max_completion_tokens: null }, 5],
    [{ max_tokens: -1 }, undefined],
    [{}, undefined],
  ])('%o limits the answer to %o', (more, maxTokens) => {
    expect(toRequest(body(more)).generation.maxTokens).toBe(maxTokens)
  })

  it.each([
    [{ stop: '###' }, ['###']],
    [{ stop: ['a', 'b'] }, ['a', 'b']],
    [{ stop: '' }, []],
    [{ stop: null }, []],
  ])('%o stops at %o', (more, stop) => {
    expect(toRequest(body(more)).generation.stop).toEqual(stop)
  })

  it('takes an explicit null for absent, everywhere', () => {
    const names = [
      'n',
      'stream',
      'stream_options',
      'max_tokens',
      'stop',
      'seed',
      'temperature',
      'top_p',
      'tools',
      'tool_choice',
      'response_format',
      'logprobs',
      'logit_bias',
      'audio',
      'functions',
    ]
    const nulls = Object.fromEntries(names.map((name) => [name, null]))
    expect(toRequest(body(nulls))).toEqual(toRequest(body()))
    expect(toRequest(body({ stream_options: { include_usage: null } })).includeUsage).toBe(false)
  })

  it('streams and counts when asked', () => {
    const request = toRequest(body({ stream: true, stream_options: { include_usage: true } }))
    expect(request).toMatchObject({ stream: true, includeUsage: true })
  })

  it('ignores fields that it does not know and those that ask for nothing', () => {
    const more = {
      user: 'x',
      metadata: {},
      made_up: 1,
      tools: [],
      logprobs: false,
      top_logprobs: 0,
      response_format: { type: 'text' },
      modalities: ['text'],
    }
    expect(toRequest(body(more))).toEqual(toRequest(body()))
    expect(() => toRequest(body({ tools: [{ type: 'function' }], tool_choice: 'none' }))).not.toThrow()
  })

  it('always makes a generation that the core accepts', () => {
    const request = toRequest(body({ n: 128, seed: -5, top_p: 0, max_tokens: Number.MAX_SAFE_INTEGER, temperature: 5 }))
    const actor = { ownerId: 'local', door: 'http', access: 'remote' }
    expect(GenerationRequest.safeParse({ ...request.generation, actor }).success).toBe(true)
  })
})

describe('messages of a chat request', () => {
  it.each([
    [
      { role: 'developer', content: 'Be brief.' },
      { role: 'system', content: 'Be brief.' },
    ],
    [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      { role: 'user', content: 'a\nb' },
    ],
    [
      { role: 'assistant', content: null, refusal: null, tool_calls: null },
      { role: 'assistant', content: '' },
    ],
    [
      { role: 'assistant', content: 'x', tool_calls: [] },
      { role: 'assistant', content: 'x' },
    ],
    [
      { role: 'user', content: '', name: 'Ada' },
      { role: 'user', content: '' },
    ],
  ])('%o becomes %o', (message, expected) => {
    expect(toRequest({ model: 'm', messages: [message] }).generation.input).toEqual({
      kind: 'messages',
      messages: [expected],
    })
  })
})

describe('a chat request that is refused', () => {
  it.each([
    [{ messages: hi }, 'model', /required/],
    [{ model: '', messages: hi }, 'model', /not valid/],
    [{ model: 'm' }, 'messages', /required/],
    [{ model: 'm', messages: null }, 'messages', /required/],
    [{ model: 'm', messages: [] }, 'messages', /not valid/],
    [{ model: 'm', messages: 'hi' }, 'messages', /not valid/],
    [{ model: 'm', messages: [{ content: 'hi' }] }, 'messages[0].role', /required/],
    [{ model: 'm', messages: [...hi, { role: 'user' }] }, 'messages[1].content', /required/],
    [{ model: 'm', messages: [{ role: 'user', content: 5 }] }, 'messages[0].content', /string or an array/],
    [{ model: 'm', messages: [{ role: 'wizard', content: '' }] }, 'messages[0].role', /not valid/],
    [body({ temperature: 'hot' }), 'temperature', /not valid/],
    [body({ temperature: -1 }), 'temperature', /not valid/],
    [body({ temperature: Infinity }), 'temperature', /not valid/],
    [body({ n: 129 }), 'n', /not valid/],
    [body({ n: 1.5 }), 'n', /not valid/],
    [body({ max_tokens: 0 }), 'max_tokens', /not valid/],
    [body({ stop: Array(17).fill('x') }), 'stop', /at most 16/],
    [body({ logit_bias: { hello: 1 } }), 'logit_bias.hello', /not valid/],
    [body({ logit_bias: { 5: 101 } }), 'logit_bias.5', /not valid/],
  ])('%o names %s', (json, param, message) => {
    const error = refusal(json)
    expect(error.code).toBe('invalid_input')
    expect(error.data?.['parameter']).toBe(param)
    expect(error.message).toMatch(message)
    expect(error.message).toContain(param)
  })

  it.each([
    [body({ tools: [{ type: 'function', function: { name: 'f' } }] }), 'tools'],
    [body({ functions: [{ name: 'f' }] }), 'functions'],
    [body({ response_format: { type: 'json_object' } }), 'response_format'],
    [body({ logprobs: true }), 'logprobs'],
    [body({ top_logprobs: 3 }), 'top_logprobs'],
    [body({ audio: { voice: 'x' } }), 'audio'],
    [body({ modalities: ['text', 'audio'] }), 'modalities'],
    [
      body({
        messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'file:///etc/passwd' } }] }],
      }),
      'messages[0].content[0].type',
    ],
    [body({ messages: [{ role: 'tool', content: 'x', tool_call_id: '1' }] }), 'messages[0].role'],
    [body({ messages: [{ role: 'assistant', content: null, tool_calls: [{}] }] }), 'messages[0].tool_calls'],
  ])('%o asks for what is not there: %s', (json, param) => {
    const error = refusal(json)
    expect(error.code).toBe('unsupported_parameter')
    expect(error.data?.['parameter']).toBe(param)
    expect(error.message).toContain(param)
  })

  it.each([[[]], ['text'], [5], [null]])('is no object: %o', (json) => {
    expect(refusal(json).message).toMatch(/JSON object/)
  })
})
