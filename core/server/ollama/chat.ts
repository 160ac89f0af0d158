import { z } from 'zod'
import type { PromptMessage } from '../../../shared/domain/generation.ts'
import { answer, type AnswerParts } from '../answering/answer.ts'
import { fieldsOf, parse, withoutNulls } from '../answering/parameters.ts'
import { MOST_TOOLS, refuseTwins, TOOL_NAME } from '../answering/tool-names.ts'
import type { ServerHandler } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import { readJson } from '../guard/body.ts'
import { controlFields, refuseImages, toControlled } from './controls.ts'
import { findNamed } from './errors.ts'
import { type Piece, toForm } from './frames.ts'
import { loadOrUnload } from './residence.ts'

const Call = z.object({
  id: z.string().optional(),
  function: z.object({ name: z.string().min(1), arguments: z.looseObject({}).default({}) }),
})

export const Message = z.object({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: z.string().default(''),
  thinking: z.string().optional(),
  tool_calls: z.array(Call).optional(),
  tool_name: z.string().optional(),
  tool_call_id: z.string().optional(),
})
type Message = z.infer<typeof Message>

const Tool = z.object({
  type: z.literal('function').default('function'),
  function: z.object({
    name: z.string().regex(TOOL_NAME, 'must have 1 to 128 letters, digits, or any of _ . : / -'),
    description: z.string().nullish(),
    parameters: z.looseObject({}).nullish(),
  }),
})

export const Body = z.object({
  ...controlFields,
  messages: z.array(Message).default([]),
  tools: z.array(Tool).max(MOST_TOOLS).default([]),
})

/** `POST /api/chat`. */
export function chat(parts: AnswerParts & { deps: Pick<ServerDeps, 'clock' | 'load' | 'unload'> }): ServerHandler {
  const { deps } = parts
  return async (c) => {
    const present = fieldsOf(await readJson(c.req.raw))
    if (Array.isArray(present['messages'])) present['messages'] = present['messages'].map(readable)
    const body = parse(Body, present)
    const model = findNamed(c, body.model, 'model is required', {
      standIn: body.messages.length === 0 ? undefined : 'chat',
    })
    const name = body.model ?? ''
    c.get('record').setModel(name)
    if (body.messages.length === 0) {
      const done_reason = await loadOrUnload(deps, model, body.keep_alive)
      const created_at = new Date(deps.clock()).toISOString()
      const line = { model: name, created_at, message: { role: 'assistant', content: '' }, done: true, done_reason }
      return c.json(line)
    }
    refuseTwins(
      body.tools.map((tool) => tool.function.name),
      (index) => `tools[${index}].function.name`,
    )
    const generation = {
      ...toControlled(body, model),
      model: model.name,
      input: { kind: 'messages' as const, messages: toMessages(body.messages) },
      tools: body.tools.map(({ function: { name: tool, description, parameters } }) => ({
        name: tool,
        ...(description == null ? {} : { description }),
        parameters: parameters ?? { type: 'object', properties: {} },
      })),
    }
    const form = toForm({ model: name, clock: deps.clock, body: toMessageBody }, body.stream ?? true)
    return answer(c, parts, { generation, form, names: { input: 'messages', form: 'format' } })
  }
}

function toMessageBody({ text, thinking, calls }: Piece): object {
  return {
    message: {
      role: 'assistant',
      content: text,
      ...(thinking === '' ? {} : { thinking }),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    },
  }
}

/** @throws AppError unsupported_parameter for what no model here can look at */
function readable(message: unknown, index: number): unknown {
  const present = withoutNulls(message)
  refuseImages(present['images'], `messages[${index}].images`)
  return present
}

/** Messages as a template gets them. Answers of tools come without ids in this API: they follow the calls in order. */
function toMessages(messages: readonly Message[]): PromptMessage[] {
  const waiting: { id: string; name: string }[] = []
  let made = 0
  return messages.map((message): PromptMessage => {
    const { role, content, thinking, tool_calls: calls = [], tool_name: tool, tool_call_id: id } = message
    if (role === 'tool') {
      const named = tool === undefined ? -1 : waiting.findIndex((call) => call.name === tool)
      const [answered] = waiting.splice(Math.max(0, named), 1)
      return { role, content, toolCallId: id ?? answered?.id ?? `call_${made++}` }
    }
    if (role !== 'assistant') return { role, content }
    const toolCalls = calls.map((call) => ({
      id: call.id ?? `call_${made++}`,
      name: call.function.name,
      arguments: JSON.stringify(call.function.arguments),
    }))
    waiting.push(...toolCalls)
    return {
      role,
      content,
      ...(thinking === undefined ? {} : { reasoning: thinking }),
      ...(toolCalls.length === 0 ? {} : { toolCalls }),
    }
  })
}
