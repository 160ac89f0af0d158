import { createHash, randomBytes } from 'node:crypto'
import { AppError } from '../../../shared/domain/errors.ts'
import type { PromptMessage, ToolDefinition } from '../../../shared/domain/generation.ts'
import type { EngineRequest } from '../../../shared/process/engine.ts'
import type { ChatTemplate } from '../../templates/template.ts'
import type { ToolFormat } from './format.ts'
import { hermes, nativeFormat } from './formats.ts'
import { withoutToolMessages } from './generic.ts'

/** How a request's tools are offered. */
export interface ToolPlan {
  /** The conversation and the tools as the template shall see them. */
  messages: PromptMessage[]
  tools: readonly ToolDefinition[]
  /** What may be called, and how; null where nothing may. */
  calls: { format: ToolFormat; tools: readonly ToolDefinition[]; parallel: boolean; required: boolean } | null
}

/**
 * Tools in the model's own format where its template teaches one that we know, else in the generic one.
 *
 * @throws AppError `invalid_input` for a choice that is not among the tools
 */
export function planTools(
  request: Pick<EngineRequest, 'tools' | 'toolChoice' | 'parallelToolCalls'>,
  messages: readonly PromptMessage[],
  template: Pick<ChatTemplate, 'source' | 'knowsTools'>,
  style: 'native' | 'generic' | null,
): ToolPlan {
  const { toolChoice } = request
  const offered = toolChoice === 'none' ? [] : request.tools
  const callable = typeof toolChoice === 'object' ? offered.filter(({ name }) => name === toolChoice.name) : offered
  if (callable.length === 0 && (toolChoice === 'required' || typeof toolChoice === 'object')) throw notThere(toolChoice)
  refuseNames(offered)
  const own = template.knowsTools && style !== 'generic' ? nativeFormat(template.source?.text ?? '') : null
  const isNative = own !== null || (template.knowsTools && style !== 'generic' && offered.length === 0)
  const calls =
    callable.length === 0
      ? null
      : { format: own ?? hermes, tools: callable, parallel: request.parallelToolCalls, required: toolChoice !== 'auto' }
  if (!isNative) return { messages: withoutToolMessages(messages, offered, toolChoice), tools: [], calls }
  return { messages: withIdsFor(template.source?.text ?? '', messages), tools: offered, calls }
}

/** Ids of calls as clients see them. */
export function createCallId(): string {
  return `call_${randomBytes(12).toString('hex')}`
}

/** Mistral's templates refuse ids that are not 9 characters long; ours become such ones, calls and results alike. */
function withIdsFor(template: string, messages: readonly PromptMessage[]): PromptMessage[] {
  if (!/length\s*!=\s*9/.test(template)) return [...messages]
  const short = (id: string) =>
    /^[A-Za-z0-9]{9}$/.test(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, 9)
  return messages.map((message) => ({
    ...message,
    ...(message.toolCalls === undefined
      ? {}
      : { toolCalls: message.toolCalls.map((call) => ({ ...call, id: short(call.id) })) }),
    ...(message.toolCallId === undefined ? {} : { toolCallId: short(message.toolCallId) }),
  }))
}

/** A name has to be told from what stands around it. */
function refuseNames(tools: readonly ToolDefinition[]): void {
  const names = new Set<string>()
  for (const { name } of tools) {
    if (/^[\p{L}\p{N}_.:/-]{1,128}$/u.test(name) && !names.has(name)) names.add(name)
    else {
      throw new AppError({
        code: 'invalid_input',
        message: names.has(name) ? `There are two tools named ${name}.` : `"${name.slice(0, 60)}" can't name a tool.`,
        suggestion: 'Give each tool a name of its own, of letters, digits, _ and -.',
        data: { parameter: 'tools' },
      })
    }
  }
}

function notThere(choice: EngineRequest['toolChoice']): AppError {
  const name = typeof choice === 'object' ? choice.name : ''
  return new AppError({
    code: 'invalid_input',
    message: name === '' ? 'A tool must be called, but none is given.' : `No tool is named ${name.slice(0, 60)}.`,
    suggestion: 'Send the tool with the request.',
    data: { parameter: 'toolChoice' },
  })
}
