import { z } from 'zod'

/** Every way in which something can go wrong, as the program names it. The window words them in its language. */
export const ErrorCode = z.enum([
  'invalid_input',
  'not_found',
  'model_not_found',
  'model_name_taken',
  'model_file_missing',
  'model_file_invalid',
  'model_file_truncated',
  'model_load_failed',
  'model_cannot_chat',
  'model_unsupported',
  'model_check_failed',
  'modelfile_invalid',
  'name_invalid',
  'context_overflow',
  'unsupported_parameter',
  'out_of_memory',
  'memory_short',
  'model_evicted',
  'engine_crashed',
  'engine_hung',
  'model_quarantined',
  'constraint_invalid',
  'model_cannot_embed',
  'model_cannot_rerank',
  'queue_full',
  'rate_limited',
  'deadline_exceeded',
  'cancelled',
  'backend_failed',
  'probe_failed',
  'port_in_use',
  'port_forbidden',
  'address_unavailable',
  'key_required',
  'key_name_taken',
  'certificate_unreadable',
  'certificate_invalid',
  'certificate_key_mismatch',
  'certificate_expired',
  'unauthorized',
  'forbidden',
  'folder_read_only',
  'folder_held',
  'disk_full',
  'database_damaged',
  'settings_damaged',
  'folder_unwritable',
  'file_too_large',
  'file_in_use',
  'hash_mismatch',
  'archive_invalid',
  'hub_unreachable',
  'hub_failed',
  'hub_answer_invalid',
  'hub_not_found',
  'hub_gated',
  'hub_token_refused',
  'hub_rate_limited',
  'captive_portal',
  'proxy_refused',
  'certificate_untrusted',
  'redirect_refused',
  'download_stalled',
  'download_changed',
  'core_lost',
  'local_only',
  'internal',
])
export type ErrorCode = z.infer<typeof ErrorCode>

/** An error as it crosses a process border: what happened, in the person's words, and what to do. */
export const ErrorInfo = z.object({
  code: ErrorCode,
  message: z.string(),
  suggestion: z.string().optional(),
  /** Facts that a translated sentence needs: a port, a path, a process id. */
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
})
export type ErrorInfo = z.infer<typeof ErrorInfo>

export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly suggestion: string | undefined
  readonly data: ErrorInfo['data']

  constructor(info: ErrorInfo & { cause?: unknown }) {
    super(info.message, info.cause === undefined ? undefined : { cause: info.cause })
    this.code = info.code
    this.suggestion = info.suggestion
    this.data = info.data
  }

  toInfo(): ErrorInfo {
    return {
      code: this.code,
      message: this.message,
      ...(this.suggestion === undefined ? {} : { suggestion: this.suggestion }),
      ...(this.data === undefined ? {} : { data: this.data }),
    }
  }
}

/** Anything that was thrown, as an {@link ErrorInfo}; what is not an AppError becomes `internal`. */
export function toErrorInfo(error: unknown): ErrorInfo {
  if (error instanceof AppError) return error.toInfo()
  if (error instanceof Error && error.name === 'AbortError') return { code: 'cancelled', message: 'Stopped.' }
  return {
    code: 'internal',
    message: error instanceof Error ? error.message : String(error),
    suggestion: 'Try again. If it happens again, report it with the log from the data folder.',
  }
}
