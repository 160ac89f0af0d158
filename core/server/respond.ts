import { toErrorInfo } from '../../shared/domain/errors.ts'
import { HttpRefusal, errorHeaders, sentence, statusOf } from './errors.ts'
import { toOpenAiError } from './openai/errors.ts'

/** Anything that was thrown, answered in the form of the API to which the path belongs. */
export function errorResponse(path: string, thrown: unknown): Response {
  const info = toErrorInfo(thrown)
  const status = thrown instanceof HttpRefusal ? thrown.status : statusOf(info)
  const body = path.startsWith('/api/') ? { error: sentence(info) } : toOpenAiError(info, status)
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...errorHeaders(status, info),
      ...(thrown instanceof HttpRefusal ? thrown.headers : {}),
    },
  })
}
