import { constraintInvalid } from '../invalid.ts'
import { isObject } from './node.ts'

/**
 * What a `$ref` inside the document points to.
 *
 * @throws AppError `constraint_invalid` for what is outside of it or missing
 */
export function resolveReference(root: unknown, reference: unknown, path: string): unknown {
  if (typeof reference !== 'string' || !/^#(?:\/|$)/.test(reference)) {
    throw constraintInvalid(`${path}/$ref`, '$ref leads out of the schema', 'Put what it refers to under $defs.')
  }
  let value = root
  for (const part of reference.split('/').slice(1)) {
    const key = unescape(part)
    if (Array.isArray(value) && /^\d+$/.test(key)) value = value[Number(key)]
    else if (isObject(value) && Object.hasOwn(value, key)) value = value[key]
    else value = undefined
    if (value === undefined) {
      throw constraintInvalid(`${path}/$ref`, `${reference} is not there`, 'Correct the reference.')
    }
  }
  return value
}

function unescape(part: string): string {
  let text = part
  try {
    text = decodeURIComponent(part)
  } catch {
    // A percent sign that stands for itself.
  }
  return text.replaceAll('~1', '/').replaceAll('~0', '~')
}
