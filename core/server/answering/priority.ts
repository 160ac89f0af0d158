import type { Priority } from '../../../shared/domain/generation.ts'
import { wrong } from './parameters.ts'

export const PRIORITY_HEADER = 'x-hearth-priority'

/**
 * What a program says of its hurry: `batch` waits behind everyone who reads along; nothing, or `api`, is in line with
 * other programs. Nobody but a person at the window goes before them.
 * @throws AppError invalid_input
 */
export function priorityOf(header: string | undefined): Priority {
  const said = header?.trim().toLowerCase() ?? 'api'
  if (said === 'api' || said === 'batch') return said
  throw wrong('X-Hearth-Priority', 'it must be api or batch')
}
