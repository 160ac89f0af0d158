import { constraintInvalid } from '../invalid.ts'
import { entries, isAssertion, list, texts, untranslatableKeyword, type SchemaNode } from './node.ts'

const mostAlternatives = 100

/**
 * What satisfies both schemas. References are resolved before.
 *
 * @throws AppError `constraint_invalid` where nothing does, or a grammar can't say it
 */
export function mergeNodes(a: SchemaNode, b: SchemaNode, path: string): SchemaNode {
  const merged = new Map(a)
  for (const [keyword, value] of b) {
    if (!isAssertion(keyword) || !merged.has(keyword)) merged.set(keyword, value)
    else merged.set(keyword, mergeKeyword(keyword, a, b, path))
  }
  const properties = mergeProperties(a, b, path)
  if (properties.size > 0) merged.set('properties', properties)
  return merged
}

function mergeKeyword(keyword: string, a: SchemaNode, b: SchemaNode, path: string): unknown {
  const [left, right] = [a.get(keyword), b.get(keyword)]
  if (JSON.stringify(left) === JSON.stringify(right)) return left
  switch (keyword) {
    case 'type':
      return commonTypes(left, right, path)
    case 'required':
      return [...new Set([...texts(a, keyword, path), ...texts(b, keyword, path)])]
    case 'properties':
      return left
    case 'enum': {
      const allowed = new Set(list(b, keyword, path).map((value) => JSON.stringify(value)))
      return list(a, keyword, path).filter((value) => allowed.has(JSON.stringify(value)))
    }
    case 'additionalProperties':
    case 'items':
      if (left === false || right === false) return false
      return { allOf: [left, right] }
    case 'anyOf':
    case 'oneOf': {
      const [ones, others] = [list(a, keyword, path), list(b, keyword, path)]
      if (ones.length * others.length > mostAlternatives) throw untranslatableKeyword(keyword, path, ' in this size')
      return ones.flatMap((one) => others.map((other) => ({ allOf: [one, other] })))
    }
    case 'minimum':
    case 'exclusiveMinimum':
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return Math.max(Number(left), Number(right))
    case 'maximum':
    case 'exclusiveMaximum':
    case 'maxLength':
    case 'maxItems':
    case 'maxProperties':
      return Math.min(Number(left), Number(right))
    default:
      throw untranslatableKeyword(keyword, path, ' in two forms')
  }
}

function commonTypes(left: unknown, right: unknown, path: string): unknown {
  const lefts: unknown[] = Array.isArray(left) ? left : [left]
  const rights: unknown[] = Array.isArray(right) ? right : [right]
  const common = lefts.filter((type) => rights.includes(type))
  // Each integer is a number.
  if (
    (lefts.includes('number') && rights.includes('integer')) ||
    (lefts.includes('integer') && rights.includes('number'))
  )
    if (!common.includes('integer') && !common.includes('number')) common.push('integer')
  if (common.length === 0) throw constraintInvalid(`${path}/type`, 'no value has both types', 'Correct the schema.')
  return common
}

/** Where one side closes its object, what the other side adds to it is not allowed. */
function mergeProperties(a: SchemaNode, b: SchemaNode, path: string): ReadonlyMap<string, unknown> {
  const left = new Map(entries(a, 'properties', path))
  const right = new Map(entries(b, 'properties', path))
  const merged = new Map<string, unknown>()
  for (const name of new Set([...left.keys(), ...right.keys()])) {
    const parts = [
      left.has(name) ? left.get(name) : a.get('additionalProperties'),
      right.has(name) ? right.get(name) : b.get('additionalProperties'),
    ].filter((part) => part !== undefined && part !== true)
    if (parts.includes(false)) merged.set(name, false)
    else merged.set(name, parts.length === 0 ? true : parts.length === 1 ? parts[0] : { allOf: parts })
  }
  return merged
}
