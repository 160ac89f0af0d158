import { z } from 'zod'
import type { GenerationRequestInput, PromptMessage } from '../../../../shared/domain/generation.ts'
import { fieldsOf, parse, unsupported, withoutNulls, wrong } from '../../answering/parameters.ts'
import { MOST_TOOLS } from '../../answering/tool-names.ts'
import { toConstraint, toReasoning } from '../chat-form.ts'
import { toTools } from '../chat-tools.ts'

const Part = z.object({ type: z.enum(['input_text', 'output_text', 'text', 'refusal']), text: z.string().default('') })
const Content = z.union([z.string(), z.array(Part)], { error: 'must be a string or an array of text parts' })

const Item = z.union(
  [
    z.object({
      type: z.literal('message').optional(),
      role: z.enum(['system', 'developer', 'user', 'assistant']),
      content: Content,
    }),
    z.object({
      type: z.literal('function_call'),
      call_id: z.string().min(1),
      name: z.string().min(1),
      arguments: z.string(),
    }),
    z.object({
      type: z.literal('function_call_output'),
      call_id: z.string().min(1),
      output: Content,
    }),
    z.object({
      type: z.literal('reasoning'),
      summary: z.array(z.object({ text: z.string() })).default([]),
      content: z.array(z.object({ text: z.string() })).nullish(),
    }),
  ],
  { error: 'must be a message, a function call, the output of one, or a reasoning item' },
)
type Item = z.infer<typeof Item>
const ITEM_TYPES = new Set(['message', 'function_call', 'function_call_output', 'reasoning'])
const PART_TYPES = new Set(['input_text', 'output_text', 'text', 'refusal'])

const Tool = z.object({
  type: z.literal('function'),
  name: z.string().regex(/^[\w.:-]{1,128}$/, 'must have 1 to 128 letters, digits, underscores or hyphens'),
  description: z.string().nullish(),
  parameters: z.looseObject({}).nullish(),
  strict: z.boolean().nullish(),
})

export const Body = z.object({
  model: z.string().min(1),
  input: z.union([z.string(), z.array(Item)], { error: 'must be a string or an array of items' }).default([]),
  instructions: z.string().optional(),
  previous_response_id: z.string().min(1).optional(),
  store: z.boolean().optional(),
  stream: z.boolean().optional(),
  max_output_tokens: z.int().min(1).optional(),
  temperature: z.number().min(0).max(5).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_logprobs: z.int().min(0).max(20).optional(),
  include: z.array(z.string()).optional(),
  tools: z.array(Tool).max(MOST_TOOLS).optional(),
  tool_choice: z
    .union([z.enum(['none', 'auto', 'required']), z.object({ type: z.literal('function'), name: z.string() })], {
      error: 'must be none, auto, required or a function of `tools`',
    })
    .optional(),
  parallel_tool_calls: z.boolean().optional(),
  text: z
    .object({
      format: z
        .object({
          type: z.enum(['text', 'json_object', 'json_schema']),
          name: z.string().nullish(),
          description: z.string().nullish(),
          schema: z.looseObject({}).nullish(),
          strict: z.boolean().nullish(),
        })
        .nullish(),
    })
    .optional(),
  reasoning: z
    .object({ effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish() })
    .optional(),
  truncation: z.enum(['auto', 'disabled']).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
})
type Body = z.infer<typeof Body>

export interface ResponsesRequest {
  /** The model as the client named it; answers repeat it. */
  model: string
  stream: boolean
  store: boolean
  previousId: string | null
  instructions: string | null
  /** What this request adds to the conversation. */
  messages: PromptMessage[]
  /** Complete but for the conversation and who asks. */
  generation: Omit<GenerationRequestInput, 'actor' | 'input'>
  /** Fields that the response repeats. */
  echoed: object
}

/**
 * The body of `POST /v1/responses`.
 * @throws AppError invalid_input or unsupported_parameter, with the parameter's name in `data.parameter`
 */
export function toResponsesRequest(json: unknown): ResponsesRequest {
  const present = fieldsOf(json)
  refuse(present)
  const body = parse(Body, present)
  const greedy = body.top_p === 0
  const format = body.text?.format
  const constraint = toConstraint({
    response_format:
      format == null
        ? undefined
        : { type: format.type, json_schema: format.schema == null ? undefined : { schema: format.schema } },
  })
  const reasoning = toReasoning({ reasoning_effort: body.reasoning?.effort ?? undefined })
  const wantsLogprobs =
    body.top_logprobs !== undefined || body.include?.includes('message.output_text.logprobs') === true
  return {
    model: body.model,
    stream: body.stream ?? false,
    store: body.store ?? true,
    previousId: body.previous_response_id ?? null,
    instructions: body.instructions ?? null,
    messages: toMessages(typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : body.input),
    generation: {
      model: body.model,
      ...(body.max_output_tokens === undefined ? {} : { maxTokens: body.max_output_tokens }),
      sampling: {
        ...(body.temperature === undefined ? {} : { temperature: body.temperature }),
        ...(greedy ? { topK: 1 } : body.top_p === undefined ? {} : { topP: body.top_p }),
      },
      ...(constraint.kind === 'none' ? {} : { constraint }),
      ...toTools(
        {
          tools: body.tools?.map(({ name, description, parameters }) => ({
            type: 'function',
            function: { name, description, parameters },
          })),
          tool_choice: chosen(body.tool_choice),
          parallel_tool_calls: body.parallel_tool_calls,
        },
        (index) => `tools[${index}].name`,
      ),
      ...(reasoning === undefined ? {} : { reasoning }),
      ...(wantsLogprobs ? { logprobs: { top: body.top_logprobs ?? 0 } } : {}),
      truncate: body.truncation === 'auto',
    },
    echoed: {
      instructions: body.instructions ?? null,
      max_output_tokens: body.max_output_tokens ?? null,
      metadata: body.metadata ?? {},
      parallel_tool_calls: body.parallel_tool_calls ?? true,
      previous_response_id: body.previous_response_id ?? null,
      reasoning: { effort: body.reasoning?.effort ?? null, summary: null },
      store: body.store ?? true,
      temperature: body.temperature ?? null,
      text: { format: echoedFormat(format) },
      tool_choice: body.tool_choice ?? 'auto',
      tools: (body.tools ?? []).map((tool) => ({
        ...tool,
        strict: tool.strict ?? null,
        parameters: tool.parameters ?? null,
      })),
      top_p: body.top_p ?? null,
      truncation: body.truncation ?? 'disabled',
    },
  }
}

/** The form of the answer as a response repeats it; the name of a schema is of no use here, and clients expect one. */
function echoedFormat(format: NonNullable<Body['text']>['format']): object {
  if (format?.type !== 'json_schema') return { type: format?.type ?? 'text' }
  const { type, name, description, schema, strict } = format
  return {
    type,
    name: name ?? '',
    ...(description == null ? {} : { description }),
    schema,
    strict: strict ?? null,
  }
}

function chosen(choice: Body['tool_choice']) {
  return typeof choice === 'object' ? ({ type: 'function', function: { name: choice.name } } as const) : choice
}

/** What would change the answer and is not obeyed. */
function refuse(body: Record<string, unknown>): void {
  if (body['background'] === true) throw unsupported('background', 'Answers in the background')
  if (body['conversation'] !== undefined) {
    throw unsupported('conversation', 'Stored conversations', 'Use `previous_response_id`.')
  }
  if (body['prompt'] !== undefined) throw unsupported('prompt', 'Stored prompts', 'Send the text itself.')
  if (Array.isArray(body['tools'])) {
    body['tools'].forEach((tool: unknown, index) => {
      const { type } = withoutNulls(tool)
      if (typeof type === 'string' && type !== 'function') {
        throw unsupported(`tools[${index}].type`, `Tools of the type "${type.slice(0, 40)}"`, 'Offer functions.')
      }
    })
  }
  if (!Array.isArray(body['input'])) return
  body['input'].forEach((item: unknown, index) => {
    const { type, content, output } = withoutNulls(item)
    if (typeof type === 'string' && !ITEM_TYPES.has(type)) {
      throw unsupported(`input[${index}].type`, `Items of the type "${type.slice(0, 40)}"`)
    }
    for (const [name, parts] of Object.entries({ content, output })) {
      if (!Array.isArray(parts) || type === 'reasoning') continue
      parts.forEach((part: unknown, at) => {
        const kind = withoutNulls(part)['type']
        if (typeof kind === 'string' && !PART_TYPES.has(kind)) {
          throw unsupported(`input[${index}].${name}[${at}].type`, `Content of the type "${kind.slice(0, 40)}"`)
        }
      })
    }
  })
}

/** Items as turns: thoughts, text and calls that follow each other are one turn of the model. */
function toMessages(items: readonly Item[]): PromptMessage[] {
  const messages: PromptMessage[] = []
  const turn = (): PromptMessage => {
    const last = messages.at(-1)
    if (last?.role === 'assistant') return last
    const added: PromptMessage = { role: 'assistant', content: '' }
    messages.push(added)
    return added
  }
  for (const item of items) {
    if ('role' in item) {
      const content = toText(item.content)
      if (item.role !== 'assistant') {
        messages.push({ role: item.role === 'developer' ? 'system' : item.role, content })
        continue
      }
      const last = messages.at(-1)
      // Thoughts go before the words that they led to.
      if (last?.role === 'assistant' && last.content === '' && last.toolCalls === undefined) last.content = content
      else messages.push({ role: 'assistant', content })
    } else if (item.type === 'function_call') {
      const call = {
        id: item.call_id,
        name: item.name,
        arguments: item.arguments.trim() === '' ? '{}' : item.arguments,
      }
      const message = turn()
      message.toolCalls = [...(message.toolCalls ?? []), call]
    } else if (item.type === 'function_call_output') {
      messages.push({ role: 'tool', toolCallId: item.call_id, content: toText(item.output) })
    } else if (item.type === 'reasoning') {
      const reasoning = [...(item.content ?? []), ...item.summary].map(({ text }) => text).join('\n')
      if (reasoning !== '') messages.push({ role: 'assistant', content: '', reasoning })
    }
  }
  return messages
}

function toText(content: z.infer<typeof Content>): string {
  return typeof content === 'string' ? content : content.map(({ text }) => text).join('\n')
}

/**
 * The whole conversation: what came before, what this request adds, and its instructions, which hold for it alone.
 * @throws AppError invalid_input for a conversation of nothing
 */
export function toConversation(
  { instructions, messages }: Pick<ResponsesRequest, 'instructions' | 'messages'>,
  before: readonly PromptMessage[],
): PromptMessage[] {
  const all = [...before, ...messages]
  if (all.length === 0) throw wrong('input', 'it is empty')
  return instructions === null ? all : [{ role: 'system', content: instructions }, ...all]
}
