import { z } from 'zod'
import type { GenerationRequestInput, PromptMessage } from '../../../shared/domain/generation.ts'
import { fieldsOf, parse, unsupported, withoutNulls, wrong } from '../answering/parameters.ts'
import { stopsOf } from '../answering/stop.ts'
import { MOST_TOOLS, refuseTwins } from '../answering/tool-names.ts'

const Text = z.object({ type: z.literal('text'), text: z.string() })
const Block = z.discriminatedUnion('type', [
  Text,
  z.object({ type: z.literal('thinking'), thinking: z.string() }),
  z.object({ type: z.literal('redacted_thinking') }),
  z.object({ type: z.literal('tool_use'), id: z.string().min(1), name: z.string().min(1), input: z.looseObject({}) }),
  z.object({
    type: z.literal('tool_result'),
    tool_use_id: z.string().min(1),
    content: z.union([z.string(), z.array(Text)], { error: 'must be a string or an array of text blocks' }).optional(),
    is_error: z.boolean().optional(),
  }),
])
const READABLE = new Set(['text', 'thinking', 'redacted_thinking', 'tool_use', 'tool_result'])
const READABLE_RESULT = new Set(['text'])

const Message = z.object({
  role: z.enum(['user', 'assistant']),
  content: z.union([z.string(), z.array(Block)], { error: 'must be a string or an array of blocks' }),
})

const Tool = z.object({
  name: z.string().regex(/^[\w.:-]{1,128}$/, 'must have 1 to 128 letters, digits, underscores or hyphens'),
  description: z.string().optional(),
  input_schema: z.looseObject({}),
})

const parallel = { disable_parallel_tool_use: z.boolean().optional() }

const shared = {
  model: z.string().min(1),
  messages: z.array(Message).min(1),
  system: z.union([z.string(), z.array(Text)], { error: 'must be a string or an array of text blocks' }).optional(),
  tools: z.array(Tool).max(MOST_TOOLS).optional(),
  tool_choice: z
    .discriminatedUnion('type', [
      z.object({ type: z.literal('auto'), ...parallel }),
      z.object({ type: z.literal('any'), ...parallel }),
      z.object({ type: z.literal('none') }),
      z.object({ type: z.literal('tool'), name: z.string(), ...parallel }),
    ])
    .optional(),
  thinking: z
    .discriminatedUnion('type', [
      z.object({ type: z.literal('enabled'), budget_tokens: z.int().min(1) }),
      z.object({ type: z.literal('adaptive') }),
      z.object({ type: z.literal('disabled') }),
    ])
    .optional(),
}
export const CountBody = z.object(shared)
export const Body = z.object({
  ...shared,
  max_tokens: z.int().min(1),
  stop_sequences: z.array(z.string()).max(16).optional(),
  stream: z.boolean().optional(),
  temperature: z.number().min(0).max(1).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.int().min(0).optional(),
})

export interface MessagesRequest {
  /** The model as the client named it; answers repeat it. */
  model: string
  stream: boolean
  /** Complete but for who asks. */
  generation: Omit<GenerationRequestInput, 'actor'>
}

/**
 * The body of `POST /v1/messages` as a generation.
 * @throws AppError invalid_input or unsupported_parameter, with the parameter's name in `data.parameter`
 */
export function toRequest(json: unknown): MessagesRequest {
  const body = parse(Body, present(json))
  const greedy = body.top_p === 0
  const topK = greedy ? 1 : body.top_k
  return {
    model: body.model,
    stream: body.stream ?? false,
    generation: {
      ...toConversation(body),
      maxTokens: body.max_tokens,
      sampling: {
        ...(body.temperature === undefined ? {} : { temperature: body.temperature }),
        ...(body.top_p === undefined || greedy ? {} : { topP: body.top_p }),
        ...(topK === undefined ? {} : { topK }),
      },
      stop: stopsOf(body.stop_sequences),
      truncate: false,
    },
  }
}

/** The body of `POST /v1/messages/count_tokens`, of which only the prompt counts. @throws AppError as {@link toRequest} */
export function toCountRequest(json: unknown): Omit<MessagesRequest, 'stream'> {
  const body = parse(CountBody, present(json))
  return { model: body.model, generation: toConversation(body) }
}

function present(json: unknown): Record<string, unknown> {
  const body = fieldsOf(json)
  const { messages, mcp_servers: servers } = body
  if (servers !== undefined && !(Array.isArray(servers) && servers.length === 0)) {
    throw unsupported('mcp_servers', 'MCP servers', 'Offer tools of your own.')
  }
  if (Array.isArray(messages)) {
    messages.forEach((message, index) => refuseUnreadable(message, `messages[${index}]`, READABLE))
  }
  if (Array.isArray(body['tools'])) {
    body['tools'].forEach((tool: unknown, index) => {
      const type = withoutNulls(tool)['type']
      if (typeof type === 'string' && type !== 'custom') {
        throw unsupported(
          `tools[${index}].type`,
          `Tools of the type "${type.slice(0, 40)}"`,
          'Offer tools of your own.',
        )
      }
    })
  }
  return body
}

/** What a message holds, or the result of a tool within it. */
function refuseUnreadable(holder: unknown, at: string, readable: ReadonlySet<string>): void {
  const { content } = withoutNulls(holder)
  if (!Array.isArray(content)) return
  content.forEach((block: unknown, index) => {
    const { type } = withoutNulls(block)
    const param = `${at}.content[${index}]`
    if (typeof type === 'string' && !readable.has(type)) {
      throw unsupported(`${param}.type`, `Content of the type "${type.slice(0, 40)}"`)
    }
    if (type === 'tool_result') refuseUnreadable(block, param, READABLE_RESULT)
  })
}

function toConversation(body: z.infer<typeof CountBody>): Omit<GenerationRequestInput, 'actor'> {
  const { tools = [], tool_choice: choice, thinking } = body
  refuseTwins(
    tools.map(({ name }) => name),
    (index) => `tools[${index}].name`,
  )
  if (choice?.type === 'tool' && !tools.some(({ name }) => name === choice.name)) {
    throw wrong('tool_choice', 'it names a tool that is not in `tools`')
  }
  const system = typeof body.system === 'string' ? body.system : (body.system ?? []).map(({ text }) => text).join('\n')
  return {
    model: body.model,
    input: {
      kind: 'messages',
      messages: [
        ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
        ...body.messages.flatMap(toMessages),
      ],
    },
    tools: tools.map(({ name, description, input_schema: parameters }) => ({
      name,
      ...(description === undefined ? {} : { description }),
      parameters,
    })),
    ...(choice === undefined ? {} : { toolChoice: toToolChoice(choice) }),
    ...(choice !== undefined && 'disable_parallel_tool_use' in choice && choice.disable_parallel_tool_use === true
      ? { parallelToolCalls: false }
      : {}),
    // As this API does it: a model thinks aloud only where that was asked for.
    reasoning: toReasoning(thinking),
  }
}

function toReasoning(thinking: z.infer<typeof CountBody>['thinking']): GenerationRequestInput['reasoning'] {
  if (thinking === undefined || thinking.type === 'disabled') return { mode: 'off' }
  return thinking.type === 'enabled' ? { mode: 'auto', budgetTokens: thinking.budget_tokens } : { mode: 'auto' }
}

function toToolChoice(
  choice: NonNullable<z.infer<typeof CountBody>['tool_choice']>,
): GenerationRequestInput['toolChoice'] {
  if (choice.type === 'tool') return { name: choice.name }
  return choice.type === 'any' ? 'required' : choice.type
}

/** One message of this API may hold answers of several tools, which are messages of their own here. */
function toMessages({ role, content }: z.infer<typeof Message>): PromptMessage[] {
  if (typeof content === 'string') return [{ role, content }]
  const text = content.flatMap((block) => (block.type === 'text' ? block.text : [])).join('\n')
  const results = content.flatMap((block): PromptMessage[] => {
    if (block.type !== 'tool_result') return []
    const said =
      typeof block.content === 'string' ? block.content : (block.content ?? []).map((part) => part.text).join('\n')
    return [{ role: 'tool', toolCallId: block.tool_use_id, content: block.is_error === true ? `Error: ${said}` : said }]
  })
  if (role === 'user') return [...results, ...(text === '' && results.length > 0 ? [] : [{ role, content: text }])]
  const reasoning = content.flatMap((block) => (block.type === 'thinking' ? block.thinking : [])).join('\n')
  const toolCalls = content.flatMap((block) =>
    block.type === 'tool_use' ? { id: block.id, name: block.name, arguments: JSON.stringify(block.input) } : [],
  )
  return [
    {
      role,
      content: text,
      ...(reasoning === '' ? {} : { reasoning }),
      ...(toolCalls.length === 0 ? {} : { toolCalls }),
    },
  ]
}
