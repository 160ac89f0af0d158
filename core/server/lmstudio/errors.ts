import type { ErrorInfo } from '../../../shared/domain/errors.ts'
import { sentence } from '../errors.ts'

/** An error in the form of LM Studio's newer API; `data.parameter` names the parameter that is to blame. */
export function toStudioError(error: ErrorInfo, status: number): { error: object } {
  const type =
    error.code === 'model_not_found' ? 'model_not_found' : status < 500 ? 'invalid_request' : 'internal_error'
  const param = error.data?.['parameter']
  return {
    error: { type, message: sentence(error), code: error.code, ...(typeof param === 'string' ? { param } : {}) },
  }
}
