import { type Endpoint, hi, MODEL, names, schema } from './endpoint.testing.ts'
import * as k from './kinds.testing.ts'

const blocks = [
  'hi',
  5,
  {},
  [],
  [5],
  [{}],
  [{ role: 'user' }],
  [{ role: 'system', content: 'x' }],
  [{ role: 'user', content: 5 }],
  [{ role: 'user', content: [{}] }],
  [{ role: 'user', content: [{ type: 'text' }] }],
  [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: '' }] }],
]
const conversation = {
  system: k.but(k.text, {
    good: ['', 'a', [], [{ type: 'text', text: 'a', cache_control: null }]],
    wrong: [5, true, {}, [5]],
  }),
  tools: k.but(k.list([{ name: 'f', input_schema: schema }]), {
    wrong: [
      'a',
      5,
      {},
      [5],
      [{}],
      [{ name: 'f' }],
      [{ name: 'a b', input_schema: {} }],
      [{ type: 'bash_20250124', name: 'bash' }],
    ],
  }),
  tool_choice: k.but(k.object, {
    good: [{ type: 'auto' }, { type: 'none' }],
    wrong: ['auto', 5, [], {}, { type: 'perhaps' }, { type: 'tool', name: 'absent' }, { type: 'tool' }],
  }),
  thinking: k.but(k.object, {
    good: [{ type: 'disabled' }, { type: 'adaptive' }, { type: 'enabled', budget_tokens: 1024 }],
    wrong: ['on', true, [], {}, { type: 'perhaps' }, { type: 'enabled' }, { type: 'enabled', budget_tokens: -1 }],
  }),
  metadata: k.ignored,
  service_tier: k.ignored,
}

/** Anthropic's endpoints. */
export const ANTHROPIC: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/v1/messages',
    dialect: 'anthropic',
    body: { model: MODEL, max_tokens: 9, messages: hi },
    fields: {
      ...conversation,
      stop_sequences: k.but(k.list(['a'], ['(a+)+$']), { wrong: ['a', 5, {}, [5], Array(17).fill('x')] }),
      stream: k.flag,
      temperature: k.number(0, 1),
      top_p: k.number(0, 1),
      top_k: k.int(0),
    },
    required: { model: names, messages: blocks, max_tokens: [...k.int(1).wrong] },
    does: 'answers',
  },
  {
    method: 'POST',
    path: '/v1/messages/count_tokens',
    dialect: 'anthropic',
    body: { model: MODEL, messages: hi },
    fields: conversation,
    required: { model: names, messages: blocks },
    does: 'work',
  },
]
