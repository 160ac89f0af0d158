import { AppError } from '../../../shared/domain/errors.ts'

/**
 * A form that can't be forced on an answer.
 *
 * @param where a JSON pointer into the schema, a line of the grammar, or the parameter's name
 */
export function constraintInvalid(where: string, detail: string, suggestion: string): AppError {
  const place = where.length > 200 ? `${where.slice(0, 200)}…` : where
  const short = detail.length > 300 ? `${detail.slice(0, 300)}…` : detail
  return new AppError({
    code: 'constraint_invalid',
    message: `The form for the answer can't be used: ${short} (${place})`,
    suggestion,
    data: { where: place, detail: short },
  })
}
