import { AppError } from '../shared/domain/errors.ts'
import type { EngineRequest } from '../shared/process/engine.ts'
import type { ChatTemplate } from './template.ts'

/**
 * Throws `unsupported_parameter`, naming the parameter, for everything in a request that this engine would otherwise
 * silently neglect.
 */
export function refuseUnsupported(
  request: EngineRequest,
  template: Pick<ChatTemplate, 'canSkipReasoning' | 'mayReason'>,
): void {
  if (request.input.kind === 'infill') throw unsupported('infill', 'Filling in code between a prefix and a suffix')
  if (request.input.kind === 'messages') {
    for (const message of request.input.messages) {
      if (message.role === 'tool' || (message.toolCalls?.length ?? 0) > 0)
        throw unsupported('messages', 'Tool calls in messages')
      if (message.reasoning !== undefined && message.reasoning !== '')
        throw unsupported('messages', 'Reasoning in messages')
    }
  }
  if (request.tools.length > 0 && request.toolChoice !== 'none') throw unsupported('tools', 'Calling tools')
  if (request.toolChoice === 'required' || typeof request.toolChoice === 'object')
    throw unsupported('toolChoice', 'Calling tools')
  if (request.constraint.kind !== 'none') throw unsupported('constraint', 'Forcing a form such as JSON on the answer')
  if (request.logprobs !== undefined) throw unsupported('logprobs', 'Reporting log probabilities')
  const { mode, budgetTokens } = request.reasoning
  if (budgetTokens !== undefined) throw unsupported('reasoning', 'A budget for reasoning')
  if (mode === 'on') throw unsupported('reasoning', 'Turning reasoning on')
  if (mode === 'off' && template.mayReason && !template.canSkipReasoning) {
    throw unsupported('reasoning', 'Turning reasoning off', 'This model always decides for itself whether it reasons.')
  }
}

function unsupported(parameter: string, what: string, suggestion = 'Send the request without it.'): AppError {
  return new AppError({
    code: 'unsupported_parameter',
    message: `${what} is not supported yet.`,
    suggestion,
    data: { parameter },
  })
}
