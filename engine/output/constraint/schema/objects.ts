import { literal } from '../gbnf/literal.ts'
import { constraintInvalid } from '../invalid.ts'
import { anyObjectRule, anyRule } from './any.ts'
import { jsonCharacters, complement } from './character-set.ts'
import { space, type SchemaContext } from './context.ts'
import { count, entries, texts, untranslatableKeyword, type SchemaNode } from './node.ts'
import { stringRule } from './strings.ts'

interface Property {
  pair: string
  required: boolean
}

/**
 * Objects with the properties in the order of the schema; those that are not required may be left out. Others come only
 * where `additionalProperties` says so, since without them the schema is satisfied too.
 *
 * @throws AppError `constraint_invalid` when no object satisfies it
 */
export function objectSchemaRule(context: SchemaContext, node: SchemaNode, path: string): string {
  const { rules } = context
  const known = entries(node, 'properties', path)
  const required = new Set(texts(node, 'required', path))
  const extra = node.get('additionalProperties')
  const [min, max] = [count(node, 'minProperties', path) ?? 0, count(node, 'maxProperties', path)]
  const open = extra !== undefined && extra !== false
  if (
    known.length === 0 &&
    required.size === 0 &&
    (extra === undefined || extra === true) &&
    max === null &&
    min === 0
  ) {
    return anyObjectRule(rules)
  }
  const properties = knownProperties(context, known, required, path)
  for (const name of required) properties.push({ pair: unknownPair(context, name, extra, path), required: true })
  if (min > properties.filter((property) => property.required).length)
    throw untranslatableKeyword('minProperties', path)
  if (max !== null && (open || max < properties.length)) throw untranslatableKeyword('maxProperties', path)
  const more = open ? extraPair(context, [...known.map(([name]) => name), ...required], extra, path) : null
  return rules.add('object', `"{" ${space(rules)} ${inOrder(context, properties, more)} "}"`)
}

/** Takes what it finds from `required`. */
function knownProperties(
  context: SchemaContext,
  known: readonly [string, unknown][],
  required: Set<string>,
  path: string,
): Property[] {
  const properties: Property[] = []
  for (const [name, schema] of known) {
    const isRequired = required.delete(name)
    const value = context.value(schema, `${path}/properties/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    if (value !== null)
      properties.push({ pair: pair(context, literal(JSON.stringify(name)), value), required: isRequired })
    else if (isRequired) throw impossible(path, name)
  }
  return properties
}

function unknownPair(context: SchemaContext, name: string, extra: unknown, path: string): string {
  const value = extra === undefined ? anyRule(context.rules) : context.value(extra, `${path}/additionalProperties`)
  if (value === null) throw impossible(path, name)
  return pair(context, literal(JSON.stringify(name)), value)
}

function extraPair(context: SchemaContext, taken: readonly string[], extra: unknown, path: string): string | null {
  const value = context.value(extra, `${path}/additionalProperties`)
  if (value === null) return null
  const key = taken.length === 0 ? stringRule(context.rules) : otherKey(context, taken)
  return pair(context, key, value)
}

function pair({ rules }: SchemaContext, key: string, value: string): string {
  return rules.add('pair', `${key} ":" ${space(rules)} ${value}`)
}

/** The pairs with commas between those that come. */
function inOrder({ rules }: SchemaContext, properties: readonly Property[], more: string | null): string {
  const ws = space(rules)
  const comma = `"," ${ws}`
  // What may come after at least one pair was written, from the last property to the first.
  let after = more === null ? ws : `(${comma} ${more})* ${ws}`
  const starts: string[] = more === null ? [] : [`${more} ${after}`]
  let mayBeEmpty = true
  for (const { pair: one, required } of properties.toReversed()) {
    const start = `${one} ${after}`
    if (required) {
      starts.length = 0
      mayBeEmpty = false
    }
    starts.unshift(start)
    after = rules.add('rest', required ? `${comma} ${start}` : `(${comma} ${one})? ${after}`)
  }
  if (starts.length === 0) return ''
  return mayBeEmpty ? `(${starts.join(' | ')})?` : `(${starts.join(' | ')})`
}

/** A key that is none of those, without escapes, which could spell one of them in another way. */
function otherKey({ rules }: SchemaContext, taken: readonly string[]): string {
  const plain = (excluded: readonly string[]) =>
    jsonCharacters(
      complement([
        [0, 0x1f],
        [0x22, 0x22],
        [0x5c, 0x5c],
        [0x7f, 0x7f],
        ...excluded.map((character): [number, number] => {
          const codePoint = character.codePointAt(0) ?? 0
          return [codePoint, codePoint]
        }),
      ]),
    )
  const any = rules.add('key-char', plain([]))
  /** What may follow a beginning that some of the names share. */
  const following = (names: readonly string[][], depth: number): string => {
    const groups = new Map<string, string[][]>()
    for (const name of names) {
      const character = name[depth]
      if (character === undefined) continue
      const group = groups.get(character)
      if (group === undefined) groups.set(character, [name])
      else group.push(name)
    }
    const parts = [...groups].map(([character, group]) => `${literal(character)} ${following(group, depth + 1)}`)
    parts.push(`${plain([...groups.keys()])} ${any}*`)
    if (names.every((name) => name.length > depth)) parts.push('""')
    return rules.add('key', parts.join(' | '))
  }
  const names = [...new Set(taken)].filter((name) => !/["\\]/.test(JSON.stringify(name).slice(1, -1)))
  return `"\\"" ${following(
    names.map((name) => [...name]),
    0,
  )} "\\""`
}

function impossible(path: string, name: string) {
  return constraintInvalid(path, `"${name.slice(0, 60)}" is required and not allowed`, 'Correct the schema.')
}
