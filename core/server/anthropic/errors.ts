import type { ErrorInfo } from '../../../shared/domain/errors.ts'
import { sentence } from '../errors.ts'

const TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
}

/** An error in the form of the Anthropic API. */
export function toAnthropicError(error: ErrorInfo, status: number): object {
  const type = TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error')
  return { type: 'error', error: { type, message: sentence(error) } }
}
