import { createHash } from 'node:crypto'
import type { PromptMessage, ToolCall, ToolDefinition } from '../../../shared/domain/generation.ts'

/** What has to be changed about a conversation so that a template takes it. */
export interface Accommodations {
  /** Arguments of calls as an object, as most templates want them; else as the JSON text. */
  objectArguments: boolean
  /** The system message becomes the beginning of the first message of the user. */
  foldSystem: boolean
  /** Adjacent messages of one role become one, for templates that demand that roles alternate. */
  joinAdjacent: boolean
  /** Ids of calls as nine letters and digits, which Mistral's templates demand. */
  shortIds: boolean
  /** No tools are said to be none instead of being left out. */
  nullTools: boolean
}

/** A message in the form that Hugging Face's chat templates expect. */
export interface TemplateMessage {
  role: string
  content: string
  reasoning_content?: string
  tool_calls?: { id: string; type: 'function'; function: { name: string; arguments: unknown } }[]
  tool_call_id?: string
}

/** Messages as a Jinja template sees them. */
export function templateMessages(given: readonly PromptMessage[], how: Accommodations): TemplateMessage[] {
  let messages = given
  if (how.foldSystem) messages = folded(messages)
  if (how.joinAdjacent) messages = joined(messages)
  return messages.map(({ role, content, reasoning = '', toolCalls = [], toolCallId }) => ({
    role,
    content,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls.map((call) => asCall(call, how)) }),
    ...(toolCallId === undefined ? {} : { tool_call_id: how.shortIds ? shortId(toolCallId) : toolCallId }),
  }))
}

/** Tools in the form of OpenAI's API, which is what templates know. */
export function templateTools(tools: readonly ToolDefinition[]): unknown[] {
  return tools.map(({ name, description, parameters }) => ({
    type: 'function',
    function: {
      name,
      ...(description === undefined ? {} : { description }),
      parameters: parameters ?? { type: 'object', properties: {} },
    },
  }))
}

function asCall({ id, name, arguments: text }: ToolCall, { objectArguments, shortIds }: Accommodations) {
  return {
    id: shortIds ? shortId(id) : id,
    type: 'function' as const,
    function: { name, arguments: objectArguments ? objectOf(text) : text },
  }
}

/** A model may have written something that is no object; then its text stands. */
function objectOf(text: string): unknown {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : text
  } catch {
    return text
  }
}

function shortId(id: string): string {
  if (/^[a-zA-Z0-9]{9}$/.test(id)) return id
  return createHash('sha256').update(id).digest('hex').slice(0, 9)
}

function folded(messages: readonly PromptMessage[]): PromptMessage[] {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content)
  const rest = messages.filter(({ role }) => role !== 'system')
  if (system.length === 0) return rest
  const text = system.join('\n')
  const first = rest.findIndex(({ role }) => role === 'user')
  if (first === -1) return [{ role: 'user', content: text }, ...rest]
  return rest.map((message, index) =>
    index === first ? { ...message, content: `${text}\n${message.content}` } : message,
  )
}

function joined(messages: readonly PromptMessage[]): PromptMessage[] {
  const result: PromptMessage[] = []
  for (const message of messages) {
    const before = result.at(-1)
    if (before === undefined || before.role !== message.role || message.role === 'tool') result.push(message)
    else result[result.length - 1] = join(before, message)
  }
  return result
}

function join(one: PromptMessage, other: PromptMessage): PromptMessage {
  const both = (a: string | undefined, b: string | undefined) =>
    [a ?? '', b ?? ''].filter((text) => text !== '').join('\n\n')
  const toolCalls = [...(one.toolCalls ?? []), ...(other.toolCalls ?? [])]
  const reasoning = both(one.reasoning, other.reasoning)
  return {
    role: one.role,
    content: both(one.content, other.content),
    ...(reasoning === '' ? {} : { reasoning }),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
  }
}
