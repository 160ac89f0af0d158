import { unsupported } from '../answering/parameters.ts'

type Json = Record<string, unknown>

const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0
const useTools = 'Use tools and tool_choice.'

/** Parameters that would change the answer and are not obeyed, each with the values that ask for nothing. */
const UNSUPPORTED: { param: string; harmless: (value: unknown, body: Json) => boolean; what: string; hint?: string }[] =
  [
    {
      param: 'functions',
      harmless: (list, body) => isEmpty(list) || body['function_call'] === 'none',
      what: 'The old form of function calls',
      hint: useTools,
    },
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
  for (const { param, harmless, what, hint } of UNSUPPORTED) {
    if (body[param] !== undefined && !harmless(body[param], body)) throw unsupported(param, what, hint)
  }
}
