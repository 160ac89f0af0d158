import { z } from 'zod'
import { Usage } from './schemas.ts'

const count = z.int().min(0)

export const finishReason = z.enum(['stop', 'length', 'tool_calls', 'content_filter'])

const token = { token: z.string(), bytes: z.array(z.int().min(0).max(255)).nullable(), logprob: z.number() }
const tokens = z.array(z.strictObject({ ...token, top_logprobs: z.array(z.strictObject(token)).max(20) }))
export const Logprobs = z
  .strictObject({ content: tokens.nullable(), refusal: tokens.nullable() })
  .meta({ id: 'Logprobs' })

/** Clients read what a model thought under one or the other of two names. */
const thoughts = {
  reasoning: z.string().min(1).optional().describe('What the model thought before it answered'),
  reasoning_content: z.string().min(1).optional().describe('The same, under the other name that clients look for'),
}

const Call = z.strictObject({
  id: z.string().min(1),
  type: z.literal('function'),
  function: z.strictObject({ name: z.string().min(1), arguments: z.string().describe('A JSON text') }),
})

export const completionHead = {
  id: z.string().min(1),
  created: count.describe('Seconds since the epoch'),
  model: z.string().min(1).describe('As the request named it'),
}

export const ChatCompletion = z
  .strictObject({
    ...completionHead,
    object: z.literal('chat.completion'),
    choices: z
      .array(
        z.strictObject({
          index: count,
          message: z.strictObject({
            role: z.literal('assistant'),
            content: z.string().nullable().describe('null beside calls of tools'),
            refusal: z.string().nullable(),
            ...thoughts,
            tool_calls: z.array(Call).min(1).optional(),
          }),
          logprobs: Logprobs.nullable(),
          finish_reason: finishReason,
        }),
      )
      .min(1),
    usage: Usage,
  })
  .meta({ id: 'ChatCompletion' })

/** The first piece of a call names it, the others only go on with its arguments. */
const CallPiece = z.union([
  z.strictObject({
    index: count.max(127),
    id: z.string().min(1),
    type: z.literal('function'),
    function: z.strictObject({ name: z.string().min(1), arguments: z.string() }),
  }),
  z.strictObject({ index: count.max(127), function: z.strictObject({ arguments: z.string() }) }),
])

export const ChatCompletionChunk = z
  .strictObject({
    ...completionHead,
    object: z.literal('chat.completion.chunk'),
    choices: z
      .array(
        z.strictObject({
          index: count,
          delta: z.strictObject({
            role: z.literal('assistant').optional().describe('In the first chunk of a choice'),
            content: z.string().optional(),
            ...thoughts,
            tool_calls: z.array(CallPiece).length(1).optional(),
          }),
          logprobs: Logprobs.nullable(),
          finish_reason: finishReason.nullable().describe('Said in the last chunk of a choice'),
        }),
      )
      .max(1)
      .describe('Empty in the chunk with the counts'),
    usage: Usage.nullable().optional().describe('Only where `stream_options.include_usage` asks for it'),
  })
  .meta({ id: 'ChatCompletionChunk' })
