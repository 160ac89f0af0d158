import { z } from 'zod'
import { ChatCompletion, ChatCompletionChunk } from '../openai/chat-schemas.ts'
import { TextCompletion, TextCompletionChunk } from '../openai/schemas.ts'

const count = z.int().min(0)
const positive = z.number().min(0)
const instant = z.iso.datetime()

const kept = {
  id: z.string().min(1),
  object: z.literal('model'),
  type: z.enum(['llm', 'vlm', 'embeddings']),
  publisher: z.string(),
  arch: z.string(),
  compatibility_type: z.literal('gguf'),
  quantization: z.string(),
  state: z.enum(['loaded', 'not-loaded']),
  max_context_length: count,
  loaded_context_length: z.int().min(1).optional(),
  capabilities: z.array(z.literal('tool_use')).optional(),
}

export const StudioModel = z.strictObject(kept).meta({ id: 'StudioModel' })
export const StudioModelList = z
  .strictObject({ object: z.literal('list'), data: z.array(StudioModel) })
  .meta({ id: 'StudioModelList' })

const figures = {
  stats: z.strictObject({
    tokens_per_second: positive,
    time_to_first_token: positive.describe('Seconds'),
    generation_time: positive.describe('Seconds'),
    stop_reason: z.enum([
      'userStopped',
      'modelUnloaded',
      'failed',
      'eosFound',
      'stopStringFound',
      'toolCalls',
      'maxPredictedTokensReached',
      'contextLengthReached',
    ]),
  }),
  model_info: z.strictObject({
    arch: z.string(),
    quant: z.string(),
    format: z.literal('gguf'),
    context_length: count,
  }),
  runtime: z.strictObject({ name: z.string(), version: z.string(), supported_formats: z.array(z.string()) }),
}
/** In a stream they stand in the last chunk of each choice. */
const lastFigures = {
  stats: figures.stats.optional(),
  model_info: figures.model_info.optional(),
  runtime: figures.runtime.optional(),
}

export const StudioChatCompletion = ChatCompletion.extend(figures).meta({ id: 'StudioChatCompletion' })
export const StudioChatCompletionChunk = ChatCompletionChunk.extend(lastFigures).meta({
  id: 'StudioChatCompletionChunk',
})
export const StudioTextCompletion = TextCompletion.extend(figures).meta({ id: 'StudioTextCompletion' })
export const StudioTextCompletionChunk = TextCompletionChunk.extend(lastFigures).meta({
  id: 'StudioTextCompletionChunk',
})

/** Of the newer API. */
const error = z.strictObject({
  type: z.enum(['invalid_request', 'unknown', 'not_implemented', 'model_not_found', 'job_not_found', 'internal_error']),
  message: z.string().min(1),
  code: z.string().optional(),
  param: z.string().optional(),
})
export const StudioError = z.strictObject({ error }).meta({ id: 'StudioError' })

const config = z.strictObject({
  context_length: count,
  eval_batch_size: z.int().optional(),
  flash_attention: z.boolean().optional(),
  num_experts: z.int().optional(),
  offload_kv_cache_to_gpu: z.boolean().optional(),
})

export const StudioModels = z
  .strictObject({
    models: z.array(
      z.strictObject({
        type: z.enum(['llm', 'embedding']),
        publisher: z.string(),
        key: z.string().min(1),
        display_name: z.string().min(1),
        architecture: z.string().nullable().optional(),
        quantization: z
          .strictObject({ name: z.string().nullable(), bits_per_weight: z.number().nullable() })
          .nullable(),
        size_bytes: count,
        params_string: z.string().nullable(),
        loaded_instances: z.array(z.strictObject({ id: z.string().min(1), config })),
        max_context_length: count,
        format: z.literal('gguf'),
        capabilities: z
          .strictObject({ vision: z.boolean(), trained_for_tool_use: z.boolean() })
          .optional()
          .describe('Of models that write'),
        description: z.string().nullable().optional(),
      }),
    ),
  })
  .meta({ id: 'StudioModels' })

export const LoadedInstance = z
  .strictObject({
    type: z.enum(['llm', 'embedding']),
    instance_id: z.string().min(1),
    load_time_seconds: positive,
    status: z.literal('loaded'),
    load_config: config.optional().describe('Where `echo_load_config` asks for it'),
  })
  .meta({ id: 'LoadedInstance' })

export const UnloadedInstance = z.strictObject({ instance_id: z.string().min(1) }).meta({ id: 'UnloadedInstance' })

export const DownloadJob = z
  .strictObject({
    job_id: z.string().min(1),
    status: z.enum(['downloading', 'paused', 'completed', 'failed', 'already_downloaded']),
    total_size_bytes: count,
    downloaded_bytes: count,
    started_at: instant,
    completed_at: instant.optional(),
    error: z.string().min(1).optional().describe('Why it failed; beyond what LM Studio says'),
  })
  .meta({ id: 'DownloadJob' })

export const StudioChat = z
  .strictObject({
    model_instance_id: z.string().min(1),
    output: z.array(z.strictObject({ type: z.enum(['reasoning', 'message']), content: z.string().min(1) })),
    stats: z.strictObject({
      input_tokens: count,
      total_output_tokens: count,
      reasoning_output_tokens: count,
      tokens_per_second: positive,
      time_to_first_token_seconds: positive,
      model_load_time_seconds: positive.optional(),
    }),
    response_id: z
      .string()
      .regex(/^resp_/)
      .optional()
      .describe('For `previous_response_id`; not where `store` is false'),
  })
  .meta({ id: 'StudioChat' })

const model_instance_id = z.string().min(1)
const progress = z.number().min(0).max(1)
const type = <Type extends string>(name: Type) => ({ type: z.literal(name) })

export const StudioChatEvent = z
  .discriminatedUnion('type', [
    z.strictObject({ ...type('chat.start'), model_instance_id }),
    z.strictObject({ ...type('model_load.start'), model_instance_id }),
    z.strictObject({ ...type('model_load.progress'), model_instance_id, progress }),
    z.strictObject({ ...type('model_load.end'), model_instance_id, load_time_seconds: positive }),
    z.strictObject(type('prompt_processing.start')),
    z.strictObject({ ...type('prompt_processing.progress'), progress }),
    z.strictObject(type('prompt_processing.end')),
    z.strictObject(type('reasoning.start')),
    z.strictObject({ ...type('reasoning.delta'), content: z.string().min(1) }),
    z.strictObject(type('reasoning.end')),
    z.strictObject(type('message.start')),
    z.strictObject({ ...type('message.delta'), content: z.string().min(1) }),
    z.strictObject(type('message.end')),
    z.strictObject({ ...type('error'), error }),
    z.strictObject({ ...type('chat.end'), result: StudioChat }),
  ])
  .meta({ id: 'StudioChatEvent' })
