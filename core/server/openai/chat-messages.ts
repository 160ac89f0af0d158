import { z } from 'zod'
import type { PromptMessage, ToolCall } from '../../../shared/domain/generation.ts'
import { required, unsupported, withoutNulls, wrong } from '../answering/parameters.ts'

const TextPart = z.object({ type: z.literal('text'), text: z.string() })

const Call = z.object({
  id: z.string().min(1),
  type: z.literal('function').default('function'),
  // Some clients send the object that they have parsed.
  function: z.object({ name: z.string().min(1), arguments: z.union([z.string(), z.looseObject({})]).default('') }),
})

export const ChatMessage = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: z.union([z.string(), z.array(TextPart)], { error: 'must be a string or an array of text parts' }).optional(),
  /** What the model thought, under either name. */
  reasoning: z.string().optional(),
  reasoning_content: z.string().optional(),
  tool_calls: z.array(Call).optional(),
  tool_call_id: z.string().min(1).optional(),
})

/**
 * Messages without their nulls, after what can't be read is refused by name.
 * @throws AppError unsupported_parameter
 */
export function presentMessages(messages: unknown): unknown {
  if (!Array.isArray(messages)) return messages
  return messages.map((message: unknown, index) => {
    const present = withoutNulls(message)
    refuse(present, `messages[${index}]`)
    return present
  })
}

function refuse(message: Record<string, unknown>, at: string): void {
  if (message['role'] === 'function' || message['function_call'] !== undefined) {
    const param = message['role'] === 'function' ? `${at}.role` : `${at}.function_call`
    throw unsupported(param, 'The old form of function calls', 'Use tools and tool_calls.')
  }
  if (!Array.isArray(message['content'])) return
  message['content'].forEach((part: unknown, index) => {
    const type = withoutNulls(part)['type']
    if (typeof type !== 'string' || type === 'text') return
    throw unsupported(`${at}.content[${index}].type`, `Content of the type "${type.slice(0, 40)}"`)
  })
}

/**
 * A message as a chat template gets it.
 * @throws AppError invalid_input
 */
export function toMessage(message: z.infer<typeof ChatMessage>, index: number): PromptMessage {
  const { role, content, tool_calls: calls = [], tool_call_id: callId } = message
  const at = `messages[${index}]`
  const reasoning = message.reasoning_content ?? message.reasoning
  if (content === undefined && role !== 'assistant') throw required(`${at}.content`)
  if (role === 'tool' && callId === undefined) throw required(`${at}.tool_call_id`)
  if (role !== 'assistant' && calls.length > 0) throw wrong(`${at}.tool_calls`, 'only an assistant calls tools')
  return {
    role: role === 'developer' ? 'system' : role,
    content: typeof content === 'string' ? content : (content ?? []).map((part) => part.text).join('\n'),
    ...(role !== 'assistant' || reasoning === undefined ? {} : { reasoning }),
    ...(calls.length === 0 ? {} : { toolCalls: calls.map(toToolCall) }),
    ...(role !== 'tool' || callId === undefined ? {} : { toolCallId: callId }),
  }
}

function toToolCall({ id, function: { name, arguments: written } }: z.infer<typeof Call>): ToolCall {
  const text = typeof written === 'string' ? written : JSON.stringify(written)
  // Clients send nothing for a function without parameters.
  return { id, name, arguments: text.trim() === '' ? '{}' : text }
}
