import { constraintInvalid } from '../invalid.ts'
import { anyArrayRule, anyRule } from './any.ts'
import { space, type SchemaContext } from './context.ts'
import { count, list, type SchemaNode } from './node.ts'

/**
 * What the list of a schema holds. Items that no keyword speaks of are left out: without them the schema is satisfied
 * too.
 *
 * @throws AppError `constraint_invalid` when no list satisfies it
 */
export function arraySchemaRule(context: SchemaContext, node: SchemaNode, path: string): string {
  const { rules } = context
  const [min, max] = [count(node, 'minItems', path) ?? 0, count(node, 'maxItems', path)]
  if (max !== null && max < min) throw impossible(path)
  const { prefix, rest } = parts(node, path)
  if (prefix.length === 0 && rest === undefined && min === 0 && max === null) return anyArrayRule(rules)
  const ws = space(rules)
  const fixed = prefix.slice(0, max ?? undefined).map((schema, index) => {
    const rule = context.value(schema, `${path}/prefixItems/${index}`)
    if (rule === null) throw impossible(path)
    return rule
  })
  const left = { min: Math.max(0, min - fixed.length), max: max === null ? null : max - fixed.length }
  // After a prefix, items that nothing is said about come only where so many are demanded.
  if (rest === undefined && fixed.length > 0) left.max = left.min
  const item = rest === undefined ? anyRule(rules) : context.value(rest, `${path}/items`)
  if (item === null && left.min > 0) throw impossible(path)
  const items = repeated(context, fixed, item === null ? null : { item, ...left })
  return rules.add('array', `"[" ${ws} ${items === '' ? '' : `${items} `}"]"`)
}

function parts(node: SchemaNode, path: string): { prefix: unknown[]; rest: unknown } {
  // Before the draft of 2020 `items` was the prefix and `additionalItems` the rest.
  if (Array.isArray(node.get('items'))) return { prefix: list(node, 'items', path), rest: node.get('additionalItems') }
  const prefix = node.has('prefixItems') ? list(node, 'prefixItems', path) : []
  return { prefix, rest: node.get('items') }
}

function repeated(
  { rules }: SchemaContext,
  fixed: readonly string[],
  rest: { item: string; min: number; max: number | null } | null,
): string {
  const ws = space(rules)
  const start = fixed.join(` "," ${ws} `)
  if (rest === null || rest.max === 0) return start === '' ? '' : `${start} ${ws}`
  const more = rules.add('more', `"," ${ws} ${rest.item}`)
  if (start !== '') return `${start} ${rules.repeat(more, rest.min, rest.max)} ${ws}`
  const others = rules.repeat(more, Math.max(0, rest.min - 1), rest.max === null ? null : rest.max - 1)
  const all = `${rest.item} ${others} ${ws}`
  return rest.min === 0 ? `(${all})?` : all
}

function impossible(path: string) {
  return constraintInvalid(path, 'no list satisfies it', 'Correct the schema.')
}
