import { type ErrorInfo, toErrorInfo } from '../../shared/domain/errors.ts'
import { dialectOf } from './dialect.ts'
import { HttpRefusal, errorHeaders, sentence, statusOf } from './errors.ts'
import { toAnthropicError } from './anthropic/errors.ts'
import { toStudioError } from './lmstudio/errors.ts'
import { toOpenAiError } from './openai/errors.ts'
import { toRegistryError } from './shelf/errors.ts'

/** Anything that was thrown, answered in the form of the API to which the path belongs. */
export function errorResponse(path: string, thrown: unknown): Response {
  const info = toErrorInfo(thrown)
  const status = thrown instanceof HttpRefusal ? thrown.status : statusOf(info)
  const body = inForm(path, info, status)
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...errorHeaders(status, info),
      ...(thrown instanceof HttpRefusal ? thrown.headers : {}),
    },
  })
}

function inForm(path: string, info: ErrorInfo, status: number): object {
  switch (dialectOf(path)) {
    case 'ollama':
      return { error: sentence(info) }
    case 'anthropic':
      return toAnthropicError(info, status)
    case 'lmstudio':
      return toStudioError(info, status)
    case 'registry':
      return toRegistryError(path, info, status)
    case 'openai':
      return toOpenAiError(info, status)
  }
}
