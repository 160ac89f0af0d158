import { z } from 'zod'

/** What this API answers, beside chats and responses: strict, so that a field which it does not name is found out. */

const count = z.int().min(0)
const seconds = z.int().min(0).describe('Seconds since the epoch')

export const Usage = z
  .strictObject({
    prompt_tokens: count,
    completion_tokens: count,
    total_tokens: count,
    prompt_tokens_details: z.strictObject({ cached_tokens: count.describe('Tokens that need not be read again') }),
    completion_tokens_details: z.strictObject({ reasoning_tokens: count }),
  })
  .meta({ id: 'Usage', description: 'Counts in tokens, of all choices together' })

/** Also the last event of a stream that broke off. */
export const OpenAiError = z
  .strictObject({
    error: z.strictObject({
      message: z.string().min(1),
      type: z.enum([
        'invalid_request_error',
        'authentication_error',
        'permission_error',
        'rate_limit_error',
        'server_error',
      ]),
      param: z.string().nullable().describe('The parameter that is to blame'),
      code: z.string().nullable().describe('What happened, in one word'),
    }),
  })
  .meta({ id: 'OpenAiError' })

export const ModelEntry = z
  .strictObject({ id: z.string().min(1), object: z.literal('model'), created: seconds, owned_by: z.string() })
  .meta({ id: 'ModelEntry' })

export const ModelList = z
  .strictObject({ object: z.literal('list'), data: z.array(ModelEntry) })
  .meta({ id: 'ModelList' })

export const EmbeddingList = z
  .strictObject({
    object: z.literal('list'),
    data: z.array(
      z.strictObject({
        object: z.literal('embedding'),
        index: count,
        embedding: z
          .union([z.array(z.number()), z.base64()])
          .describe('Numbers, or little-endian 32-bit floats in base64, as `encoding_format` says'),
      }),
    ),
    model: z.string(),
    usage: z.strictObject({ prompt_tokens: count, total_tokens: count }),
  })
  .meta({ id: 'EmbeddingList' })

const completionFields = {
  id: z.string().min(1),
  object: z.literal('text_completion'),
  created: seconds,
  model: z.string(),
}

const columns = z.strictObject({
  tokens: z.array(z.string()),
  token_logprobs: z.array(z.number().nullable()),
  top_logprobs: z.array(z.record(z.string(), z.number()).nullable()),
  text_offset: z.array(count),
})
const reason = z.enum(['stop', 'length', 'content_filter'])
const completionChoice = { index: count, text: z.string(), logprobs: columns.nullable() }

export const TextCompletion = z
  .strictObject({
    ...completionFields,
    choices: z.array(z.strictObject({ ...completionChoice, finish_reason: reason })).min(1),
    usage: Usage,
  })
  .meta({ id: 'TextCompletion' })

export const TextCompletionChunk = z
  .strictObject({
    ...completionFields,
    choices: z
      .array(z.strictObject({ ...completionChoice, finish_reason: reason.nullable() }))
      .max(1)
      .describe('Empty in the chunk with the counts'),
    usage: Usage.nullable().optional().describe('Only where `stream_options.include_usage` asks for it'),
  })
  .meta({ id: 'TextCompletionChunk' })

export const Ranking = z
  .strictObject({
    model: z.string(),
    results: z
      .array(
        z.strictObject({
          index: count.describe('Place among the documents of the request'),
          relevance_score: z.number(),
          document: z.strictObject({ text: z.string() }).optional(),
        }),
      )
      .describe('Best first'),
    usage: z.strictObject({ prompt_tokens: count, total_tokens: count }),
  })
  .meta({ id: 'Ranking' })

export const Tokens = z
  .strictObject({
    count,
    max_model_len: count,
    tokens: z.array(count),
    token_strs: z.array(z.string()).nullable().describe('Only where `return_token_strs` asks for it'),
  })
  .meta({ id: 'Tokens' })

export const Detokenized = z.strictObject({ prompt: z.string() }).meta({ id: 'Detokenized' })
