import type { GrammarRules } from '../gbnf/rules.ts'
import { constraintInvalid } from '../invalid.ts'
import { integerRule, numberRule } from './any.ts'
import { decimalsBetween, integersBetween } from './digits.ts'
import { untranslatableKeyword, type SchemaNode } from './node.ts'

interface Bound {
  value: number
  /** The bound itself is not allowed. */
  exclusive: boolean
}

/** @throws AppError `constraint_invalid` for bounds that exclude everything, and for most of `multipleOf` */
export function numberSchemaRule(rules: GrammarRules, node: SchemaNode, integer: boolean, path: string): string {
  const min = lowest(bound(node, 'minimum', path), bound(node, 'exclusiveMinimum', path))
  const max = highest(bound(node, 'maximum', path), bound(node, 'exclusiveMaximum', path))
  const whole = isWhole(node, integer, path)
  if (min === null && max === null) return whole ? integerRule(rules) : numberRule(rules)
  const body = whole ? wholeBetween(min, max) : decimalsBetween(min, max)
  if (body === null) throw constraintInvalid(path, 'no number is within the bounds', 'Correct the schema.')
  return rules.add(whole ? 'integer' : 'number', body)
}

function isWhole(node: SchemaNode, integer: boolean, path: string): boolean {
  const step = node.get('multipleOf')
  if (step === undefined) return integer
  if (step === 1 || (integer && typeof step === 'number' && step > 0 && Number.isInteger(1 / step))) return true
  throw untranslatableKeyword('multipleOf', path)
}

function bound(node: SchemaNode, keyword: string, path: string): Bound | null {
  const value = node.get(keyword)
  const exclusive = keyword.startsWith('exclusive')
  if (value === undefined || value === false) return null
  if (value === true && exclusive) {
    // Draft 4: a flag beside `minimum` or `maximum`.
    const plain = node.get(keyword === 'exclusiveMinimum' ? 'minimum' : 'maximum')
    return typeof plain === 'number' ? { value: plain, exclusive } : null
  }
  if (typeof value === 'number' && Number.isFinite(value)) return { value, exclusive }
  throw constraintInvalid(`${path}/${keyword}`, `${keyword} is no number`, 'Correct the schema.')
}

function lowest(a: Bound | null, b: Bound | null): Bound | null {
  if (a === null || b === null) return a ?? b
  return a.value > b.value ? a : b
}

function highest(a: Bound | null, b: Bound | null): Bound | null {
  if (a === null || b === null) return a ?? b
  return a.value < b.value ? a : b
}

function wholeBetween(min: Bound | null, max: Bound | null): string | null {
  const from = min === null ? null : min.exclusive ? Math.floor(min.value) + 1 : Math.ceil(min.value)
  const to = max === null ? null : max.exclusive ? Math.ceil(max.value) - 1 : Math.floor(max.value)
  return integersBetween(from === null ? null : BigInt(from), to === null ? null : BigInt(to))
}
