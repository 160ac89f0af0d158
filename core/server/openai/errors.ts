import type { ErrorCode, ErrorInfo } from '../../../shared/domain/errors.ts'
import { sentence } from '../errors.ts'

/** The error object of the OpenAI API. */
export interface OpenAiError {
  error: { message: string; type: string; param: string | null; code: string | null }
}

/** Codes that clients of the OpenAI API know by another name. */
const CODES: Partial<Record<ErrorCode, string>> = {
  context_overflow: 'context_length_exceeded',
  invalid_input: 'invalid_value',
  unauthorized: 'invalid_api_key',
  key_required: 'invalid_api_key',
  rate_limited: 'rate_limit_exceeded',
}

/** An error in the form of the OpenAI API; `data.parameter` names the parameter that is to blame. */
export function toOpenAiError(error: ErrorInfo, status: number): OpenAiError {
  const type =
    status === 401
      ? 'authentication_error'
      : status === 403
        ? 'permission_error'
        : status === 429
          ? 'rate_limit_error'
          : status >= 500
            ? 'server_error'
            : 'invalid_request_error'
  const param = error.data?.['parameter']
  return {
    error: {
      message: sentence(error),
      type,
      param: typeof param === 'string' ? param : null,
      code: CODES[error.code] ?? error.code,
    },
  }
}
