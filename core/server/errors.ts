import { AppError, type ErrorCode, type ErrorInfo } from '../../shared/domain/errors.ts'

/** An error that belongs to HTTP alone: a wrong method, a body that is too large. */
export class HttpRefusal extends AppError {
  readonly status: number
  readonly headers: Record<string, string>

  constructor(status: number, message: string, headers: Record<string, string> = {}) {
    super({
      code:
        status === 404 ? 'not_found' : status === 403 ? 'forbidden' : status === 401 ? 'unauthorized' : 'invalid_input',
      message,
    })
    this.status = status
    this.headers = headers
  }
}

const LONGEST_RETRY_SECONDS = 60

/** The status with which each error is answered. */
const STATUS: Record<ErrorCode, number> = {
  invalid_input: 400,
  unsupported_parameter: 400,
  context_overflow: 400,
  model_cannot_chat: 400,
  model_cannot_embed: 400,
  model_cannot_rerank: 400,
  constraint_invalid: 400,
  name_invalid: 400,
  modelfile_invalid: 400,
  file_too_large: 400,
  archive_invalid: 400,
  settings_damaged: 500,
  unauthorized: 401,
  key_required: 401,
  forbidden: 403,
  local_only: 403,
  not_found: 404,
  model_not_found: 404,
  model_file_missing: 404,
  model_name_taken: 409,
  key_name_taken: 409,
  cancelled: 499,
  hub_not_found: 404,
  hub_gated: 403,
  hub_token_refused: 403,
  hub_rate_limited: 503,
  hub_unreachable: 502,
  hub_failed: 502,
  hub_answer_invalid: 502,
  captive_portal: 502,
  proxy_refused: 502,
  certificate_untrusted: 502,
  redirect_refused: 502,
  download_stalled: 502,
  download_changed: 502,
  hash_mismatch: 502,
  rate_limited: 429,
  queue_full: 503,
  core_lost: 503,
  deadline_exceeded: 504,
  engine_hung: 504,
  model_file_invalid: 500,
  model_file_truncated: 500,
  model_load_failed: 500,
  model_unsupported: 500,
  model_check_failed: 500,
  out_of_memory: 500,
  memory_short: 500,
  model_evicted: 503,
  model_quarantined: 500,
  engine_crashed: 500,
  backend_failed: 500,
  probe_failed: 500,
  port_in_use: 500,
  port_forbidden: 500,
  address_unavailable: 500,
  certificate_unreadable: 500,
  certificate_invalid: 500,
  certificate_key_mismatch: 500,
  certificate_expired: 500,
  folder_read_only: 500,
  folder_held: 500,
  disk_full: 507,
  folder_unwritable: 500,
  file_in_use: 500,
  database_damaged: 500,
  internal: 500,
}

/** The status for an error that is about to be answered. */
export function statusOf(error: ErrorInfo): number {
  return STATUS[error.code]
}

/** What happened and what to do, as the one text that an API's error form has room for. */
export function sentence(error: ErrorInfo): string {
  return error.suggestion === undefined ? error.message : `${error.message} ${error.suggestion}`
}

/**
 * Headers that go with an error. Clients of the OpenAI library send 409 and each 5xx twice again, which would cost
 * two more generations, so they are told not to unless waiting helps.
 */
export function errorHeaders(status: number, error: ErrorInfo): Record<string, string> {
  if (status === 401) return { 'www-authenticate': 'Bearer' }
  if (status === 503 || status === 429) {
    const given = error.data?.['retryAfterSeconds']
    const seconds = typeof given === 'number' ? Math.max(1, Math.ceil(given)) : 2
    // Clients believe in no longer times, and would come back at once.
    return { 'retry-after': String(seconds), ...(seconds > LONGEST_RETRY_SECONDS ? { 'x-should-retry': 'false' } : {}) }
  }
  return status === 409 || status >= 500 ? { 'x-should-retry': 'false' } : {}
}
