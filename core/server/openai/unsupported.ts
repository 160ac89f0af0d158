import { AppError } from '../../../shared/domain/errors.ts'

type Json = Record<string, unknown>

const isEmpty = (value: unknown) => value === undefined || (Array.isArray(value) && value.length === 0)
const typeOf = (value: unknown) =>
  typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined

/** Parameters that would change the answer and are not obeyed, each with the values that ask for nothing. */
const UNSUPPORTED: { param: string; harmless: (value: unknown, body: Json) => boolean; what: string }[] = [
  { param: 'tools', harmless: (tools, body) => isEmpty(tools) || body['tool_choice'] === 'none', what: 'Tool calls' },
  {
    param: 'functions',
    harmless: (list, body) => isEmpty(list) || body['function_call'] === 'none',
    what: 'Function calls',
  },
  { param: 'response_format', harmless: (format) => typeOf(format) === 'text', what: 'Structured output' },
  { param: 'logprobs', harmless: (value) => value === false, what: 'Log probabilities' },
  { param: 'top_logprobs', harmless: (value) => value === 0, what: 'Log probabilities' },
  { param: 'audio', harmless: () => false, what: 'Audio' },
  {
    param: 'modalities',
    harmless: (list) => Array.isArray(list) && list.every((entry) => entry === 'text'),
    what: 'Output other than text',
  },
  { param: 'web_search_options', harmless: () => false, what: 'Searching the web' },
]

/**
 * Refuses what a client asks for and would not get, because an answer that silently lacks it is worse than none.
 * @throws AppError unsupported_parameter, with the parameter's name in `data.parameter`
 */
export function refuseUnsupported(body: Json): void {
  for (const { param, harmless, what } of UNSUPPORTED) {
    if (body[param] !== undefined && !harmless(body[param], body)) throw refusal(param, what)
  }
  const messages: unknown = body['messages']
  if (!Array.isArray(messages)) return
  messages.forEach((message: unknown, index) => refuseMessage(message, `messages[${index}]`))
}

function refuseMessage(message: unknown, at: string): void {
  if (typeof message !== 'object' || message === null) return
  if ('role' in message && (message.role === 'tool' || message.role === 'function'))
    throw refusal(`${at}.role`, 'Tool results')
  if ('tool_calls' in message && !isEmpty(message.tool_calls)) throw refusal(`${at}.tool_calls`, 'Tool calls')
  if ('function_call' in message) throw refusal(`${at}.function_call`, 'Function calls')
  if (!('content' in message) || !Array.isArray(message.content)) return
  message.content.forEach((part: unknown, index) => {
    const type = typeOf(part)
    if (typeof type === 'string' && type !== 'text')
      throw refusal(`${at}.content[${index}].type`, `Content of the type "${type.slice(0, 40)}"`)
  })
}

function refusal(param: string, what: string): AppError {
  return new AppError({
    code: 'unsupported_parameter',
    message: `${what} can't be used with this server yet (\`${param}\`).`,
    suggestion: 'Send the request without it.',
    data: { parameter: param },
  })
}
