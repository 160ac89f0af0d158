import { type Endpoint, endpoint, hi, MODEL, names, schema, weather } from './endpoint.testing.ts'
import * as k from './kinds.testing.ts'

const controls = {
  stream: k.flag,
  format: k.but(k.choice('', 'json'), { good: ['', 'json', schema], wrong: ['yaml', 5, true, []] }),
  think: k.but(k.choice(false, true, 'low', 'max'), { wrong: ['hard', 5, [], {}, 'true'] }),
  keep_alive: k.stay,
  options: k.object,
  'options.num_predict': k.anyInt,
  'options.num_ctx': k.int(1),
  'options.temperature': k.number(0, 5),
  'options.top_k': k.anyInt,
  'options.top_p': k.number(0, 1),
  'options.min_p': k.number(0, 1),
  'options.typical_p': k.but(k.number(1, 1), { good: [1] }),
  'options.seed': k.anyInt,
  'options.repeat_last_n': k.int(-1),
  'options.repeat_penalty': k.number(0, 10),
  'options.presence_penalty': k.number(-2, 2),
  'options.frequency_penalty': k.number(-2, 2),
  'options.stop': k.stops,
  'options.num_keep': k.anyInt,
  'options.num_batch': k.anyInt,
  'options.num_gpu': k.anyInt,
  'options.main_gpu': k.anyInt,
  'options.num_thread': k.anyInt,
  'options.use_mmap': k.flag,
  'options.made_up': k.ignored,
  truncate: k.flag,
  shift: k.flag,
  logprobs: k.flag,
  top_logprobs: k.int(0, 20),
}

/** Ollama's endpoints. */
export const OLLAMA: readonly Endpoint[] = [
  endpoint('ollama', '/api/generate', {
    body: { model: MODEL, prompt: 'Capital of France?' },
    fields: {
      ...controls,
      suffix: k.text,
      system: k.text,
      template: k.but(k.text, { good: [''], wrong: ['{{ .Prompt }}', 5, true, {}] }),
      context: k.but(k.list(), { wrong: ['a', 5, {}, ['a'], [1.5], [1, 2, 3], [k.TOO_LARGE]] }),
      raw: k.flag,
      images: k.but(k.list(), { wrong: [['aGk='], 'aGk=', [5]] }),
    },
    required: { model: [5, true, [], {}, ''], prompt: [5, true, [], {}] },
    does: 'answers',
  }),
  endpoint('ollama', '/api/chat', {
    body: { model: MODEL, messages: hi },
    fields: {
      ...controls,
      tools: k.but(k.list([weather]), {
        wrong: ['a', 5, {}, [5], [{}], [{ type: 'function' }], [{ type: 'x', function: { name: 'f' } }]],
      }),
    },
    required: {
      model: names,
      messages: [
        'hi',
        5,
        {},
        [5],
        ['hi'],
        [{}],
        [{ role: 'wizard', content: 'x' }],
        [{ role: 'user', content: 5 }],
        [{ role: 'user', content: 'x', images: ['aGk='] }],
        [{ role: 'user', content: 'x', images: 'aGk=' }],
        [{ role: 'assistant', tool_calls: [{ function: { name: 'f', arguments: 'x' } }] }],
        [{ role: 'assistant', tool_calls: 'f' }],
      ],
    },
    does: 'answers',
  }),
  endpoint('ollama', '/api/embed', {
    body: { model: 'all-minilm', input: 'Paris' },
    fields: { truncate: k.flag, dimensions: k.int(1), keep_alive: k.stay, options: k.object },
    required: { model: names, input: [5, true, {}, [5], [['a']], [{}]] },
    does: 'work',
  }),
  endpoint('ollama', '/api/embeddings', {
    body: { model: 'all-minilm', prompt: 'Paris' },
    fields: { keep_alive: k.stay, options: k.object },
    required: { model: names, prompt: [5, true, [], {}] },
    does: 'work',
  }),
  endpoint('ollama', '/api/show', {
    body: { model: MODEL },
    fields: { verbose: k.flag, name: k.but(k.text, { good: [''] }), system: k.ignored, options: k.ignored },
    required: { model: names },
    does: 'change',
  }),
  endpoint('ollama', '/api/copy', {
    body: { source: MODEL, destination: 'copy' },
    fields: {},
    required: { source: names, destination: names },
    does: 'change',
  }),
  {
    ...endpoint('ollama', '/api/delete', {
      body: { model: MODEL },
      fields: { name: k.but(k.text, { good: [''] }) },
      required: { model: names },
      does: 'change',
    }),
    method: 'DELETE',
  },
  endpoint('ollama', '/api/create', {
    body: { model: 'made', from: MODEL },
    fields: {
      stream: k.flag,
      template: k.text,
      license: k.but(k.text, { good: ['a', ['a', 'b'], []], wrong: [5, true, {}, [5]] }),
      system: k.text,
      parameters: k.but(k.object, { good: [{}, { temperature: 0.5, stop: ['a'] }], wrong: ['a', 5, { stop: {} }] }),
      messages: k.but(k.list([{ role: 'user', content: 'hi' }]), {
        wrong: ['a', 5, {}, [5], [{ role: 'x', content: 'y' }]],
      }),
    },
    required: { model: names, from: [5, true, {}, []] },
    does: 'change',
  }),
  endpoint('ollama', '/api/pull', {
    body: { model: 'some/model' },
    fields: { stream: k.flag, insecure: k.ignored },
    required: { model: names },
    does: 'change',
  }),
]
