import { z } from 'zod'

const count = z.int().min(0)
/** Metrics of zero are left out. */
const nanoseconds = z.int().min(1).optional().describe('Nanoseconds')
const tokens = z.int().min(1).optional()
const instant = z.iso.datetime()

export const OllamaError = z.strictObject({ error: z.string().min(1) }).meta({ id: 'OllamaError' })

const token = { token: z.string(), bytes: z.array(z.int().min(0).max(255)), logprob: z.number() }
const logprobs = z.array(z.strictObject({ ...token, top_logprobs: z.array(z.strictObject(token)).max(20) })).optional()

const head = { model: z.string().min(1).describe('As the request named it'), created_at: instant, logprobs }
const pending = { done: z.literal(false) }
const ended = {
  done: z.literal(true),
  done_reason: z.enum(['stop', 'length', 'load', 'unload']),
  total_duration: nanoseconds,
  load_duration: nanoseconds,
  prompt_eval_count: tokens,
  prompt_eval_duration: nanoseconds,
  eval_count: tokens,
  eval_duration: nanoseconds,
}

const message = z.strictObject({
  role: z.literal('assistant'),
  content: z.string(),
  thinking: z.string().min(1).optional(),
  tool_calls: z
    .array(
      z.strictObject({
        id: z.string().min(1),
        function: z.strictObject({ index: count, name: z.string().min(1), arguments: z.looseObject({}) }),
      }),
    )
    .min(1)
    .optional(),
})

const said = { response: z.string(), thinking: z.string().min(1).optional() }
const context = z
  .array(z.int())
  .optional()
  .describe('The conversation, for the next request; not where `raw` or `suffix` is used')

export const OllamaChat = z.strictObject({ ...head, message, ...ended }).meta({ id: 'OllamaChat' })
export const OllamaChatLine = z
  .discriminatedUnion('done', [z.strictObject({ ...head, message, ...pending }), OllamaChat])
  .meta({ id: 'OllamaChatLine' })

export const OllamaGenerate = z.strictObject({ ...head, ...said, ...ended, context }).meta({ id: 'OllamaGenerate' })
export const OllamaGenerateLine = z
  .discriminatedUnion('done', [z.strictObject({ ...head, ...said, ...pending }), OllamaGenerate])
  .meta({ id: 'OllamaGenerateLine' })

export const OllamaEmbed = z
  .strictObject({
    model: z.string(),
    embeddings: z.array(z.array(z.number())).describe('One vector of length 1 for each text'),
    total_duration: nanoseconds,
    load_duration: nanoseconds,
    prompt_eval_count: tokens,
  })
  .meta({ id: 'OllamaEmbed' })

export const OllamaEmbeddings = z.strictObject({ embedding: z.array(z.number()) }).meta({ id: 'OllamaEmbeddings' })

const details = z.strictObject({
  parent_model: z.string(),
  format: z.literal('gguf'),
  family: z.string(),
  families: z.array(z.string()).min(1),
  parameter_size: z.string().min(1),
  quantization_level: z.string(),
  context_length: z.int().min(1).optional(),
  embedding_length: z.int().min(1).optional(),
})

const capabilities = z.array(
  z.enum(['completion', 'tools', 'insert', 'vision', 'embedding', 'thinking', 'image', 'audio']),
)

const listing = {
  name: z.string().includes(':').describe('Always with its tag'),
  model: z.string().includes(':'),
  modified_at: instant,
  size: count.describe('Bytes'),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  details,
  capabilities,
}

export const OllamaTags = z.strictObject({ models: z.array(z.strictObject(listing)) }).meta({ id: 'OllamaTags' })

export const OllamaPs = z
  .strictObject({
    models: z.array(z.strictObject({ ...listing, expires_at: instant, size_vram: count, context_length: count })),
  })
  .meta({ id: 'OllamaPs' })

export const OllamaShow = z
  .strictObject({
    license: z.string(),
    modelfile: z.string().min(1),
    parameters: z.string().describe('One a line'),
    template: z.string(),
    system: z.string().optional(),
    details,
    messages: z.array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })),
    model_info: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    capabilities,
    modified_at: instant,
  })
  .meta({ id: 'OllamaShow' })

export const OllamaStatus = z
  .strictObject({
    status: z.string().min(1).describe('`success` at the end'),
    digest: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/)
      .optional(),
    total: count.optional().describe('Bytes'),
    completed: count.optional().describe('Bytes'),
  })
  .meta({ id: 'OllamaStatus' })

/** Bare semver: clients parse it. */
export const OllamaVersion = z
  .strictObject({ version: z.string().regex(/^\d+\.\d+\.\d+(?:-[\w.-]+)?$/) })
  .meta({ id: 'OllamaVersion' })
