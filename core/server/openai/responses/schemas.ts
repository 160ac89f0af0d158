import { z } from 'zod'

const count = z.int().min(0)
const id = z.string().min(1)
const status = z.enum(['in_progress', 'completed', 'incomplete'])

const token = { token: z.string(), bytes: z.array(z.int().min(0).max(255)), logprob: z.number() }
const logprobs = z.array(z.strictObject({ ...token, top_logprobs: z.array(z.strictObject(token)).max(20) }))

const TextPart = z.strictObject({
  type: z.literal('output_text'),
  text: z.string(),
  annotations: z.array(z.never()).describe('Always empty: nothing here cites'),
  logprobs,
})
const SummaryPart = z.strictObject({ type: z.literal('summary_text'), text: z.string() })

export const OutputItem = z
  .discriminatedUnion('type', [
    z.strictObject({
      id,
      type: z.literal('message'),
      status,
      role: z.literal('assistant'),
      content: z.array(TextPart),
    }),
    z.strictObject({ id, type: z.literal('reasoning'), status, summary: z.array(SummaryPart) }),
    z.strictObject({
      id,
      type: z.literal('function_call'),
      status,
      call_id: id,
      name: z.string().min(1),
      arguments: z.string(),
    }),
  ])
  .meta({ id: 'OutputItem' })

const Tool = z.strictObject({
  type: z.literal('function'),
  name: z.string(),
  description: z.string().nullable().optional(),
  parameters: z.looseObject({}).nullable(),
  strict: z.boolean().nullable(),
})

const TextFormat = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text') }),
  z.strictObject({ type: z.literal('json_object') }),
  z.strictObject({
    type: z.literal('json_schema'),
    name: z.string(),
    schema: z.looseObject({}),
    description: z.string().optional(),
    strict: z.boolean().nullable().optional(),
  }),
])

const Usage = z.strictObject({
  input_tokens: count,
  input_tokens_details: z.strictObject({ cached_tokens: count, cache_write_tokens: count }),
  output_tokens: count,
  output_tokens_details: z.strictObject({ reasoning_tokens: count }),
  total_tokens: count,
})

export const Response = z
  .strictObject({
    id,
    object: z.literal('response'),
    created_at: count.describe('Seconds since the epoch'),
    status: z.enum(['in_progress', 'completed', 'incomplete', 'failed']),
    background: z.literal(false),
    error: z.strictObject({ code: z.literal('server_error'), message: z.string().min(1) }).nullable(),
    incomplete_details: z.strictObject({ reason: z.literal('max_output_tokens') }).nullable(),
    model: z.string().min(1),
    output: z.array(OutputItem),
    instructions: z.string().nullable(),
    max_output_tokens: z.int().min(1).nullable(),
    metadata: z.record(z.string(), z.string()),
    parallel_tool_calls: z.boolean(),
    previous_response_id: z.string().nullable(),
    reasoning: z.strictObject({ effort: z.string().nullable(), summary: z.null() }),
    store: z.boolean(),
    temperature: z.number().nullable(),
    text: z.strictObject({ format: TextFormat }),
    tool_choice: z.union([
      z.enum(['none', 'auto', 'required']),
      z.strictObject({ type: z.literal('function'), name: z.string() }),
    ]),
    tools: z.array(Tool),
    top_p: z.number().nullable(),
    truncation: z.enum(['auto', 'disabled']),
    usage: Usage.nullable().describe('Known once the answer has ended'),
  })
  .meta({ id: 'Response' })

export const DeletedResponse = z
  .strictObject({ id, object: z.literal('response'), deleted: z.literal(true) })
  .meta({ id: 'DeletedResponse' })

const sequence_number = count
const item = { item_id: id, output_index: count }
const content = { ...item, content_index: count }
const summary = { ...item, summary_index: count }

function event<Type extends string, Shape extends z.core.$ZodLooseShape>(type: Type, fields: Shape) {
  return z.strictObject({ type: z.literal(`response.${type}`), sequence_number, ...fields })
}

export const ResponseEvent = z
  .discriminatedUnion('type', [
    event('created', { response: Response }),
    event('in_progress', { response: Response }),
    event('output_item.added', { output_index: count, item: OutputItem }),
    event('output_item.done', { output_index: count, item: OutputItem }),
    event('content_part.added', { ...content, part: TextPart }),
    event('content_part.done', { ...content, part: TextPart }),
    event('output_text.delta', { ...content, delta: z.string(), logprobs }),
    event('output_text.done', { ...content, text: z.string(), logprobs }),
    event('reasoning_summary_part.added', { ...summary, part: SummaryPart }),
    event('reasoning_summary_part.done', { ...summary, part: SummaryPart }),
    event('reasoning_summary_text.delta', { ...summary, delta: z.string() }),
    event('reasoning_summary_text.done', { ...summary, text: z.string() }),
    event('function_call_arguments.delta', { ...item, delta: z.string() }),
    event('function_call_arguments.done', { ...item, name: z.string().min(1), arguments: z.string() }),
    event('completed', { response: Response }),
    event('incomplete', { response: Response }),
    event('failed', { response: Response }),
  ])
  .meta({ id: 'ResponseEvent' })
