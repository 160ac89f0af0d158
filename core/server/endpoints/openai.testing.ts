import { type Endpoint, endpoint, hi, MODEL, names, schema, weather } from './endpoint.testing.ts'
import * as k from './kinds.testing.ts'

const sampling = {
  seed: k.anyInt,
  temperature: k.number(0, 5),
  top_p: k.number(0, 1),
  frequency_penalty: k.number(-2, 2),
  presence_penalty: k.number(-2, 2),
  logit_bias: k.but(k.object, {
    good: [{}, { 5: -100, 7: 100 }],
    wrong: [[], 'a', 5, { hello: 1 }, { 5: 101 }, { 5: '1' }, { '-1': 1 }, { '1e3': 1 }, { 5: k.TOO_LARGE }],
  }),
  top_k: k.int(-1),
  min_p: k.number(0, 1),
  repeat_penalty: k.number(0, 10),
  repeat_last_n: k.int(0),
  dry_multiplier: k.number(0, 100),
  dry_base: k.number(1, 100),
  dry_allowed_length: k.int(0),
  dry_penalty_last_n: k.int(-1),
  dry_sequence_breakers: k.but(k.list(['\n']), { wrong: ['a', 5, {}, [''], [5], Array(33).fill('x')] }),
  xtc_probability: k.number(0, 1),
  xtc_threshold: k.number(0, 1),
}

const form = {
  response_format: k.but(k.object, {
    good: [{ type: 'text' }, { type: 'json_object' }, { type: 'json_schema', json_schema: { schema } }],
    wrong: [
      'json_object',
      5,
      [],
      {},
      { type: 'yaml' },
      { type: 'json_schema' },
      { type: 'json_schema', json_schema: 5 },
    ],
  }),
  json_schema: k.but(k.object, { good: [schema] }),
  grammar: k.but(k.text, { good: ['', 'root ::= "yes"'] }),
}

const oldStream = {
  stream: k.flag,
  stream_options: k.but(k.object, { good: [{}, { include_usage: true }] }),
  'stream_options.include_usage': k.flag,
}

const chatCompletion = {
  ...sampling,
  ...form,
  ...oldStream,
  n: k.int(1, 128),
  max_tokens: k.but(k.int(1), { wrong: [...k.int(1).wrong, -2] }),
  max_completion_tokens: k.int(1),
  stop: k.stops,
  logprobs: k.flag,
  top_logprobs: k.but(k.int(0, 20), { good: [0] }),
  keep_alive: k.stay,
  tools: k.but(k.list([weather]), {
    wrong: [
      'a',
      5,
      {},
      [5],
      [{}],
      [{ type: 'web_search' }],
      [{ type: 'function' }],
      [{ type: 'function', function: { name: 'no spaces' } }],
      [weather, weather],
    ],
  }),
  tool_choice: k.but(k.choice('auto', 'none'), {
    wrong: ['perhaps', 5, [], {}, 'required', { type: 'function', function: { name: 'absent' } }, { type: 'custom' }],
  }),
  parallel_tool_calls: k.flag,
  reasoning_effort: k.choice('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'),
  reasoning: k.object,
  'reasoning.effort': k.choice('low'),
  'reasoning.enabled': k.flag,
  'reasoning.max_tokens': k.int(0),
  chat_template_kwargs: k.but(k.object, { wrong: ['a', 5, [], { made_up: 1 }] }),
  'chat_template_kwargs.enable_thinking': k.flag,
  functions: k.refused([{ name: 'f' }], 'a', 5),
  audio: k.refused({ voice: 'x' }, 'a'),
  modalities: k.but(k.list(['text']), { wrong: [['text', 'audio'], 'audio'] }),
  web_search_options: k.refused({}),
  user: k.ignored,
  service_tier: k.ignored,
  safety_identifier: k.ignored,
  store: k.ignored,
  metadata: k.ignored,
  prompt_cache_key: k.ignored,
  prediction: k.ignored,
  verbosity: k.ignored,
  /** LM Studio's. */
  ttl: k.ignored,
  draft_model: k.ignored,
}

const chatMessages = [
  'hi',
  5,
  {},
  [],
  [5],
  ['hi'],
  [[]],
  [{}],
  [{ role: 'user' }],
  [{ role: 'wizard', content: 'hi' }],
  [{ role: 'user', content: 5 }],
  [{ role: 'user', content: [{ type: 'text', text: 5 }] }],
  [{ role: 'user', content: [{}] }],
  [{ role: 'tool', content: 'x' }],
  [{ role: 'user', content: 'x', tool_calls: [{ id: 'a', function: { name: 'f', arguments: '{}' } }] }],
  [{ role: 'assistant', tool_calls: [{ id: 5, function: { name: 'f' } }] }],
  [{ role: 'assistant', tool_calls: 'f' }],
]

const textCompletion = {
  ...sampling,
  ...form,
  ...oldStream,
  suffix: k.text,
  n: k.int(1, 128),
  best_of: k.but(k.int(1), { good: [1] }),
  max_tokens: k.int(1),
  echo: k.flag,
  logprobs: k.int(0, 20),
  stop: k.stops,
  keep_alive: k.stay,
  user: k.ignored,
}

const prompts = [5, true, {}, [], [true], [{}], [1.5], [-1], ['a', 1], [[]], [['a']], [2 ** 31], [k.TOO_LARGE]]

const embedding = {
  encoding_format: k.choice('float', 'base64'),
  keep_alive: k.stay,
  dimensions: k.refused(64, 0, -1, 2 ** 53, 'a'),
  user: k.ignored,
}
const inputs = [...prompts, '', ['a', '']]

/** OpenAI's endpoints, and those that others have beside them. */
export const OPENAI: readonly Endpoint[] = [
  ...['/v1/chat/completions', '/api/v0/chat/completions'].map((path) =>
    endpoint('openai', path, {
      body: { model: MODEL, messages: hi },
      fields: chatCompletion,
      required: { model: names, messages: chatMessages },
      does: 'answers',
    }),
  ),
  ...['/v1/completions', '/api/v0/completions'].map((path) =>
    endpoint('openai', path, {
      body: { model: MODEL, prompt: 'The capital of France is' },
      fields: textCompletion,
      required: { model: names, prompt: prompts },
      does: 'answers',
    }),
  ),
  ...['/v1/embeddings', '/api/v0/embeddings'].map((path) =>
    endpoint('openai', path, {
      body: { model: 'all-minilm', input: 'Paris' },
      fields: embedding,
      required: { model: names, input: inputs },
      does: 'work',
    }),
  ),
  endpoint('openai', '/v1/rerank', {
    body: { model: 'all-minilm', query: 'Paris', documents: ['a', 'b'] },
    fields: { top_n: k.int(1), return_documents: k.flag },
    required: { model: names, query: names, documents: ['a', 5, {}, [], [5], [{}], [['a']], [{ text: 5 }]] },
    does: 'work',
  }),
  endpoint('openai', '/tokenize', {
    body: { model: MODEL, prompt: 'Paris' },
    fields: { messages: { good: [hi], wrong: [] }, return_token_strs: k.flag },
    required: { model: names, prompt: [5, true, [], {}] },
    does: 'work',
  }),
  endpoint('openai', '/detokenize', {
    body: { model: MODEL, tokens: [80] },
    fields: {},
    required: { model: names, tokens: ['a', 5, {}, ['a'], [1.5], [-1], [k.TOO_LARGE], [2 ** 53]] },
    does: 'work',
  }),
  endpoint('openai', '/v1/responses', {
    body: { model: MODEL, input: 'Capital of France?' },
    fields: {
      instructions: k.text,
      store: k.flag,
      stream: k.flag,
      max_output_tokens: k.int(1),
      temperature: k.number(0, 5),
      top_p: k.number(0, 1),
      top_logprobs: k.int(0, 20),
      include: k.but(k.list(['message.output_text.logprobs']), { wrong: ['a', 5, {}, [5]] }),
      tools: k.but(k.list([{ type: 'function', name: 'f', parameters: schema }]), {
        wrong: ['a', 5, {}, [5], [{ type: 'function' }], [{ type: 'function', name: 'a b' }], [{ type: 'web_search' }]],
      }),
      tool_choice: k.but(k.choice('auto', 'none'), {
        wrong: ['perhaps', 5, [], {}, { type: 'function', name: 'absent' }],
      }),
      parallel_tool_calls: k.flag,
      text: k.object,
      'text.format': k.but(k.object, { good: [{ type: 'text' }], wrong: ['text', 5, [], { type: 'yaml' }] }),
      reasoning: k.object,
      'reasoning.effort': k.choice('none', 'low', 'max'),
      truncation: k.choice('auto', 'disabled'),
      metadata: k.but(k.object, { good: [{}, { a: 'b', constructor: 'c' }], wrong: ['a', 5, { a: 5 }] }),
      previous_response_id: k.but(k.name, { good: [] }),
      background: k.but(k.flag, { good: [false], wrong: [true] }),
      conversation: k.refused('conv_1', {}),
      prompt: k.refused({ id: 'p' }),
      user: k.ignored,
      service_tier: k.ignored,
    },
    required: {
      model: names,
      input: [
        5,
        true,
        {},
        [],
        [5],
        ['hi'],
        [{}],
        [{ role: 'wizard', content: 'x' }],
        [{ role: 'user', content: 5 }],
        [{ type: 'item_reference', id: 'x' }],
      ],
    },
    does: 'answers',
  }),
  endpoint('openai', '/reasoning', {
    body: { prompt: 'Capital of France?' },
    fields: {
      task_type: k.choice('reasoning', 'coding', 'math'),
      max_length: k.int(1),
      temperature: k.number(0, 5),
      model: k.but(k.name, { good: [MODEL] }),
    },
    required: { prompt: names },
    does: 'answers',
  }),
]
