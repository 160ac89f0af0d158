import { validName } from '../../models/names.ts'
import { HttpRefusal } from '../errors.ts'

const MAX_PART = 80

/**
 * Whether a model may have that name, or be asked for by it.
 * @throws HttpRefusal 400 in the words that clients of this API look for
 */
export function assertName(name: string): void {
  const isLong = name.split(/[/:]/).some((part) => part.length > MAX_PART)
  if (isLong || isReserved(name) || name.endsWith(':') || !isValid(name)) throw invalidName()
}

/** What programs of this API understand as a place and not as a tag. */
export function isReserved(name: string): boolean {
  return /:(?:cloud|local)$/i.test(name)
}

export function invalidName(): HttpRefusal {
  return new HttpRefusal(400, 'invalid model name')
}

function isValid(name: string): boolean {
  try {
    return validName(name) === name
  } catch {
    return false
  }
}
