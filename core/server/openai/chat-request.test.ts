import { describe, expect, it } from 'vitest'
import { AppError } from '../../../shared/domain/errors.ts'
import { GenerationRequest } from '../../../shared/domain/generation.ts'
import { toRequest } from './chat-request.ts'

const hi = [{ role: 'user', content: 'hi' }]
const body = (more: object = {}) => ({ model: 'm', messages: hi, ...more })
const parameters = { type: 'object', properties: { city: { type: 'string' } } }
const weather = { type: 'function', function: { name: 'get_weather', description: 'Weather.', parameters } }
const call = { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Rome"}' } }
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
      names: { input: 'messages', form: 'response_format' },
      generation: {
        model: 'm',
        input: { kind: 'messages', messages: [{ role: 'user', content: 'hi' }] },
        choices: 1,
        sampling: {},
        stop: [],
        truncate: false,
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
    [
      { repeat_penalty: 1.1, repeat_last_n: 32 },
      { repeatPenalty: 1.1, repeatLastN: 32 },
    ],
    [
      {
        dry_multiplier: 0.8,
        dry_base: 1.75,
        dry_allowed_length: 2,
        dry_penalty_last_n: -1,
        dry_sequence_breakers: ['x'],
      },
      { dryMultiplier: 0.8, dryBase: 1.75, dryAllowedLength: 2, dryPenaltyLastN: -1, drySequenceBreakers: ['x'] },
    ],
    [
      { xtc_probability: 0.5, xtc_threshold: 0.1 },
      { xtcProbability: 0.5, xtcThreshold: 0.1 },
    ],
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
  })

  it('always makes a generation that the core accepts', () => {
    const request = toRequest(body({ n: 128, seed: -5, top_p: 0, max_tokens: Number.MAX_SAFE_INTEGER, temperature: 5 }))
    const actor = { ownerId: 'local', door: 'http', access: 'remote' }
    expect(GenerationRequest.safeParse({ ...request.generation, actor }).success).toBe(true)
  })
})

describe('what a chat request asks of the answer', () => {
  const generation = (more: object) => toRequest(body(more)).generation

  it.each([
    [{ response_format: { type: 'json_object' } }, { kind: 'json' }],
    [
      { response_format: { type: 'json_schema', json_schema: { name: 'x', strict: true, schema: parameters } } },
      { kind: 'schema', schema: parameters },
    ],
    [{ response_format: { type: 'json_object', schema: parameters } }, { kind: 'schema', schema: parameters }],
    [{ json_schema: parameters }, { kind: 'schema', schema: parameters }],
    [{ grammar: 'root ::= "yes"' }, { kind: 'grammar', grammar: 'root ::= "yes"' }],
    [{ response_format: { type: 'text' }, grammar: '' }, undefined],
  ])('%o takes the form %o', (more, constraint) => {
    expect(generation(more).constraint).toEqual(constraint)
  })

  it.each([
    [{ reasoning_effort: 'none' }, { mode: 'off' }],
    [{ reasoning_effort: 'low' }, { mode: 'auto', budgetTokens: 1024 }],
    [{ reasoning_effort: 'high' }, { mode: 'auto' }],
    [{ reasoning: { effort: 'high', max_tokens: 99 } }, { mode: 'auto', budgetTokens: 99 }],
    [{ reasoning: { max_tokens: 99 } }, { mode: 'auto', budgetTokens: 99 }],
    [{ reasoning: { enabled: false } }, { mode: 'off' }],
    [{ chat_template_kwargs: { enable_thinking: false } }, { mode: 'off' }],
    [{ chat_template_kwargs: { enable_thinking: true } }, { mode: 'on' }],
    [{ reasoning: {}, chat_template_kwargs: {} }, undefined],
  ])('%o thinks with %o', (more, reasoning) => {
    expect(generation(more).reasoning).toEqual(reasoning)
  })

  it.each([
    [{ logprobs: true }, { top: 0 }],
    [{ logprobs: true, top_logprobs: 20 }, { top: 20 }],
    [{ logprobs: false }, undefined],
  ])('%o tells %o', (more, logprobs) => {
    expect(generation(more).logprobs).toEqual(logprobs)
  })

  it.each([
    [{ keep_alive: '10m' }, 600],
    [{ keep_alive: 0 }, 0],
    [{ keep_alive: -1 }, -1],
    [{}, undefined],
  ])('%o keeps the model for %o seconds', (more, seconds) => {
    expect(generation(more).keepAliveSeconds).toBe(seconds)
  })

  it('offers tools, with their choice', () => {
    const tool = { name: 'get_weather', description: 'Weather.', parameters }
    expect(generation({ tools: [weather] })).toMatchObject({ tools: [tool] })
    expect(generation({ tools: [weather] })).not.toHaveProperty('toolChoice')
    expect(generation({ tools: [weather], tool_choice: 'required', parallel_tool_calls: false })).toMatchObject({
      toolChoice: 'required',
      parallelToolCalls: false,
    })
    const named = { type: 'function', function: { name: 'get_weather' } }
    expect(generation({ tools: [weather], tool_choice: named })).toMatchObject({ toolChoice: { name: 'get_weather' } })
    expect(generation({ tools: [{ type: 'function', function: { name: 'now' } }] }).tools).toEqual([
      { name: 'now', parameters: { type: 'object', properties: {} } },
    ])
  })
})

describe('messages of a chat request', () => {
  it.each([
    [
      { role: 'assistant', content: null, tool_calls: [call], reasoning_content: 'Hm.' },
      {
        role: 'assistant',
        content: '',
        reasoning: 'Hm.',
        toolCalls: [{ id: 'call_1', name: 'get_weather', arguments: '{"city":"Rome"}' }],
      },
    ],
    [
      {
        role: 'assistant',
        content: 'x',
        tool_calls: [
          { id: 'a', function: { name: 'f', arguments: { b: 1 } } },
          { id: 'c', function: { name: 'g', arguments: '' } },
        ],
      },
      {
        role: 'assistant',
        content: 'x',
        toolCalls: [
          { id: 'a', name: 'f', arguments: '{"b":1}' },
          { id: 'c', name: 'g', arguments: '{}' },
        ],
      },
    ],
    [
      { role: 'tool', content: [{ type: 'text', text: '21' }], tool_call_id: 'call_1' },
      { role: 'tool', content: '21', toolCallId: 'call_1' },
    ],
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
    [body({ temperature: Number.NaN }), 'temperature', /not valid/],
    [body({ temperature: 1e308 }), 'temperature', /not valid/],
    [body({ top_p: 1.01 }), 'top_p', /not valid/],
    [body({ top_p: -0.1 }), 'top_p', /not valid/],
    [body({ top_k: -2 }), 'top_k', /not valid/],
    [body({ top_k: 1e300 }), 'top_k', /not valid/],
    [body({ min_p: 2 }), 'min_p', /not valid/],
    [body({ seed: 1.5 }), 'seed', /not valid/],
    [body({ seed: 1e300 }), 'seed', /not valid/],
    [body({ frequency_penalty: -2.1 }), 'frequency_penalty', /not valid/],
    [body({ presence_penalty: Number.NaN }), 'presence_penalty', /not valid/],
    [body({ repeat_penalty: -1 }), 'repeat_penalty', /not valid/],
    [body({ repeat_last_n: -5 }), 'repeat_last_n', /not valid/],
    [body({ dry_multiplier: -1 }), 'dry_multiplier', /not valid/],
    [body({ dry_base: 0 }), 'dry_base', /not valid/],
    [body({ dry_sequence_breakers: [''] }), 'dry_sequence_breakers[0]', /not valid/],
    [body({ xtc_probability: 1.5 }), 'xtc_probability', /not valid/],
    [body({ xtc_threshold: Infinity }), 'xtc_threshold', /not valid/],
    [body({ max_tokens: 1e300 }), 'max_tokens', /not valid/],
    [body({ max_completion_tokens: -7 }), 'max_completion_tokens', /not valid/],
    [body({ n: 0 }), 'n', /not valid/],
    [body({ n: -1 }), 'n', /not valid/],
    [body({ n: 1e12 }), 'n', /not valid/],
    [body({ top_logprobs: 3 }), 'top_logprobs', /logprobs/],
    [body({ logprobs: true, top_logprobs: 21 }), 'top_logprobs', /not valid/],
    [body({ logprobs: 5 }), 'logprobs', /not valid/],
    [body({ keep_alive: 'soon' }), 'keep_alive', /5m/],
    [body({ keep_alive: Number.NaN }), 'keep_alive', /5m/],
    [body({ grammar: 'root ::= "a"', response_format: { type: 'json_object' } }), 'grammar', /another form/],
    [body({ json_schema: {}, response_format: { type: 'json_object' } }), 'json_schema', /response_format/],
    [body({ response_format: { type: 'json_schema' } }), 'response_format.json_schema.schema', /required/],
    [body({ response_format: { type: 'yaml' } }), 'response_format.type', /not valid/],
    [body({ reasoning_effort: 'brutal' }), 'reasoning_effort', /not valid/],
    [body({ reasoning: { max_tokens: -1 } }), 'reasoning.max_tokens', /not valid/],
    [body({ tool_choice: 'required' }), 'tool_choice', /no `tools`/],
    [body({ tool_choice: 'perhaps' }), 'tool_choice', /not valid/],
    [body({ tools: [{ type: 'function' }] }), 'tools[0].function', /required/],
    [body({ tools: [weather, weather] }), 'tools[1].function.name', /same name/],
    [
      body({ tools: [weather], tool_choice: { type: 'function', function: { name: 'other' } } }),
      'tool_choice',
      /not in `tools`/,
    ],
    [body({ tools: [{ type: 'function', function: { name: 'no spaces' } }] }), 'tools[0].function.name', /letters/],
    [body({ messages: [{ role: 'tool', content: 'x' }] }), 'messages[0].tool_call_id', /required/],
    [
      body({ messages: [{ role: 'assistant', content: null, tool_calls: [{}] }] }),
      'messages[0].tool_calls[0].id',
      /required/,
    ],
    [
      body({ messages: [{ role: 'user', content: 'x', tool_calls: [call] }] }),
      'messages[0].tool_calls',
      /only an assistant/,
    ],
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
    [body({ tools: [{ type: 'web_search' }] }), 'tools[0].type'],
    [body({ tool_choice: { type: 'allowed_tools' } }), 'tool_choice'],
    [body({ functions: [{ name: 'f' }] }), 'functions'],
    [body({ chat_template_kwargs: { made_up: 1 } }), 'chat_template_kwargs'],
    [body({ audio: { voice: 'x' } }), 'audio'],
    [body({ modalities: ['text', 'audio'] }), 'modalities'],
    [
      body({
        messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'file:///etc/passwd' } }] }],
      }),
      'messages[0].content[0].type',
    ],
    [body({ messages: [{ role: 'function', name: 'f', content: 'x' }] }), 'messages[0].role'],
    [body({ messages: [{ role: 'assistant', function_call: {} }] }), 'messages[0].function_call'],
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
