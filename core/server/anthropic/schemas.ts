import { z } from 'zod'

const count = z.int().min(0)
const id = z.string().min(1)

const Text = z.strictObject({ type: z.literal('text'), text: z.string() })
const Thinking = z.strictObject({
  type: z.literal('thinking'),
  thinking: z.string(),
  signature: z.literal('').describe('Thoughts are not signed here'),
})
const toolUse = { type: z.literal('tool_use'), id, name: z.string().min(1) }
const ToolUse = z.strictObject({ ...toolUse, input: z.looseObject({}) })

const Usage = z
  .strictObject({
    input_tokens: count.describe('Without those that were in the cache'),
    cache_creation_input_tokens: count,
    cache_read_input_tokens: count,
    output_tokens: count,
  })
  .meta({ id: 'MessageUsage' })

const stopReason = z.enum(['end_turn', 'max_tokens', 'stop_sequence', 'tool_use'])

const message = {
  id,
  type: z.literal('message'),
  role: z.literal('assistant'),
  model: z.string().min(1),
  stop_sequence: z.string().nullable(),
  usage: Usage,
}

export const Message = z
  .strictObject({
    ...message,
    content: z.array(z.discriminatedUnion('type', [Text, Thinking, ToolUse])),
    stop_reason: stopReason,
  })
  .meta({ id: 'Message' })

export const TokenCount = z.strictObject({ input_tokens: count }).meta({ id: 'TokenCount' })

/** Also the last event of a stream that broke off. */
export const AnthropicError = z
  .strictObject({
    type: z.literal('error'),
    error: z.strictObject({
      type: z.enum([
        'invalid_request_error',
        'authentication_error',
        'permission_error',
        'not_found_error',
        'request_too_large',
        'rate_limit_error',
        'api_error',
        'overloaded_error',
      ]),
      message: z.string().min(1),
    }),
  })
  .meta({ id: 'AnthropicError' })

export const MessageEvent = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('message_start'),
      message: z.strictObject({ ...message, content: z.array(z.never()), stop_reason: z.null() }),
    }),
    z.strictObject({ type: z.literal('ping') }),
    z.strictObject({
      type: z.literal('content_block_start'),
      index: count,
      content_block: z.discriminatedUnion('type', [
        Text.extend({ text: z.literal('') }),
        Thinking.extend({ thinking: z.literal('') }),
        z.strictObject({ ...toolUse, input: z.strictObject({}) }),
      ]),
    }),
    z.strictObject({
      type: z.literal('content_block_delta'),
      index: count,
      delta: z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('text_delta'), text: z.string().min(1) }),
        z.strictObject({ type: z.literal('thinking_delta'), thinking: z.string() }),
        z.strictObject({ type: z.literal('signature_delta'), signature: z.literal('') }),
        z.strictObject({ type: z.literal('input_json_delta'), partial_json: z.string() }),
      ]),
    }),
    z.strictObject({ type: z.literal('content_block_stop'), index: count }),
    z.strictObject({
      type: z.literal('message_delta'),
      delta: z.strictObject({ stop_reason: stopReason, stop_sequence: z.string().nullable() }),
      usage: Usage,
    }),
    z.strictObject({ type: z.literal('message_stop') }),
    AnthropicError,
  ])
  .meta({ id: 'MessageEvent' })
