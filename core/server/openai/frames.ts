import type { AppError } from '../../../shared/domain/errors.ts'
import { serverSentEvent } from '../answering/text-stream.ts'
import { statusOf } from '../errors.ts'
import { toOpenAiError } from './errors.ts'

/** What a stream of this API ends with when all went well. */
export const DONE = serverSentEvent('[DONE]')

/** The last frame of a stream that broke off: no [DONE] pretends that all went well. */
export function failedStream(error: AppError): string[] {
  return [serverSentEvent(JSON.stringify(toOpenAiError(error.toInfo(), statusOf(error))))]
}
