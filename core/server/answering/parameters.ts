import { z } from 'zod'
import { AppError } from '../../../shared/domain/errors.ts'

/**
 * The fields of a JSON body; explicit nulls are absent.
 * @throws AppError invalid_input
 */
export function fieldsOf(json: unknown): Record<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new AppError({ code: 'invalid_input', message: 'The body must be a JSON object.' })
  }
  return withoutNulls(json)
}

/** The fields of an object that are not null; none for what is no object. */
export function withoutNulls(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== null))
}

/** A parameter that is missing. */
export function required(param: string): AppError {
  return new AppError({ code: 'invalid_input', message: `\`${param}\` is required.`, data: { parameter: param } })
}

/** A parameter that is there but wrong; `reason` ends a sentence, without its full stop. */
export function wrong(param: string, reason: string): AppError {
  return new AppError({
    code: 'invalid_input',
    message: `\`${param}\` is not valid: ${reason}.`,
    data: { parameter: param },
  })
}

/** A parameter that asks for what this server can't do; an answer that silently lacks it would be worse than none. */
export function unsupported(param: string, what: string, suggestion = 'Send the request without it.'): AppError {
  return new AppError({
    code: 'unsupported_parameter',
    message: `${what} can't be used with this server (\`${param}\`).`,
    suggestion,
    data: { parameter: param },
  })
}

/**
 * The body as its schema has it.
 * @throws AppError invalid_input that names the first parameter that is wrong
 */
export function parse<Schema extends z.ZodType>(schema: Schema, body: Record<string, unknown>): z.infer<Schema> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const path = issue?.path ?? []
  const param = path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`))
    .join('')
  const value = path.reduce<unknown>(
    (inside, key) =>
      typeof inside === 'object' && inside !== null
        ? Object.entries(inside).find(([name]) => name === String(key))?.[1]
        : undefined,
    body,
  )
  throw value === undefined ? required(param) : wrong(param, issue?.message ?? 'wrong value')
}
