import { type Endpoint, endpoint, MODEL, names } from './endpoint.testing.ts'
import * as k from './kinds.testing.ts'

const loaded = { context_length: k.int(16, 10_000_000) }

/** LM Studio's own endpoints; the others have OpenAI's form. */
export const LM_STUDIO: readonly Endpoint[] = [
  endpoint('lmstudio', '/api/v1/chat', {
    body: { model: MODEL, input: 'Capital of France?' },
    fields: {
      ...loaded,
      system_prompt: k.text,
      stream: k.flag,
      temperature: k.number(0, 5),
      top_p: k.number(0, 1),
      top_k: k.int(0),
      min_p: k.number(0, 1),
      repeat_penalty: k.number(0, 10),
      max_output_tokens: k.int(1),
      reasoning: k.choice('off', 'low', 'medium', 'high', 'on'),
      store: k.flag,
      previous_response_id: k.but(k.name, { good: [] }),
      integrations: k.but(k.list(), { wrong: [['mcp/x'], [{ type: 'plugin' }]] }),
    },
    required: {
      model: names,
      input: [5, true, {}, '', [], [5], [{}], [{ type: 'image', data_url: 'data:image/png;base64,AA' }]],
    },
    does: 'answers',
  }),
  endpoint('lmstudio', '/api/v1/models/load', {
    body: { model: MODEL },
    fields: {
      ...loaded,
      eval_batch_size: k.anyInt,
      flash_attention: k.flag,
      offload_kv_cache_to_gpu: k.flag,
      echo_load_config: k.flag,
      num_experts: k.refused(4, 'a'),
      made_up: k.refused(1, 'a'),
    },
    required: { model: names },
    does: 'change',
  }),
  endpoint('lmstudio', '/api/v1/models/unload', {
    body: { instance_id: MODEL },
    fields: {},
    required: { instance_id: names },
    does: 'change',
  }),
  endpoint('lmstudio', '/api/v1/models/download', {
    body: { model: 'some/model' },
    fields: { quantization: k.but(k.name, { good: ['Q4_K_M'] }) },
    required: { model: names },
    does: 'change',
  }),
]
