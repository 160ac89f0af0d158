import { AppError } from '../../../shared/domain/errors.ts'

/** What an API calls the parts of a request in which the core may find something wrong. */
export interface ParameterNames {
  /** What is to be answered or read: `messages`, `prompt`, `input`. */
  input: string
  /** Where the form of the answer was asked for. */
  form?: string
}

/** Names of the core that no API has. */
const RENAMED: Record<string, string> = { infill: 'suffix' }

/**
 * An error of the core with the parameter as the client wrote it, so that a program can point at it; the core knows
 * one name for each, and none where only one thing can be meant.
 */
export function blaming(error: AppError, names: ParameterNames): AppError {
  const parameter = parameterOf(error, names)
  if (parameter === undefined) return error
  return new AppError({ ...error.toInfo(), data: { ...error.data, parameter }, cause: error })
}

function parameterOf({ code, data }: AppError, { input, form }: ParameterNames): string | undefined {
  const named = data?.['parameter']
  if (typeof named === 'string') {
    const own = named.replace(/^sampling\./, '')
    return RENAMED[own] ?? own.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  }
  if (code === 'context_overflow' || code === 'invalid_input') return input
  if (code === 'constraint_invalid') return form
  return code.startsWith('model_cannot_') ? 'model' : undefined
}
