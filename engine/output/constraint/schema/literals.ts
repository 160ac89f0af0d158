import { literal } from '../gbnf/literal.ts'
import type { GrammarRules } from '../gbnf/rules.ts'
import { constraintInvalid } from '../invalid.ts'
import { isObject, untranslatableKeyword, type SchemaNode } from './node.ts'
import { parsePattern } from './pattern-parse.ts'

const mostValues = 5000
const mostCharacters = 200_000

/**
 * A rule for fixed values, as a tree of their common beginnings, since llama.cpp walks all alternatives at once.
 *
 * @throws AppError `constraint_invalid` for too many, or when no value satisfies the other keywords beside
 */
export function literalsRule(rules: GrammarRules, node: SchemaNode, path: string): string {
  const keyword = node.has('const') ? 'const' : 'enum'
  const values = node.has('const') ? [node.get('const')] : node.get('enum')
  if (!Array.isArray(values)) throw constraintInvalid(`${path}/enum`, 'enum is no list', 'Correct the schema.')
  if (values.length > mostValues) throw tooMany(path, keyword)
  const texts = new Set<string>()
  let characters = 0
  for (const value of values) {
    if (!holds(value, node, path)) continue
    const text = JSON.stringify(value)
    characters += text.length
    if (characters > mostCharacters) throw tooMany(path, keyword)
    texts.add(text)
  }
  if (texts.size === 0)
    throw constraintInvalid(`${path}/${keyword}`, `no value of ${keyword} is allowed`, 'Correct it.')
  return rules.add(keyword, tree(rules, [...texts].toSorted(), 0))
}

function tooMany(path: string, keyword: string) {
  return constraintInvalid(`${path}/${keyword}`, `${keyword} is too large`, 'Use fewer values.')
}

/** Sorted texts from the character at `from` on, as a GBNF expression. */
function tree(rules: GrammarRules, texts: readonly string[], from: number): string {
  const [first = ''] = texts
  if (texts.length === 1) return literal(first.slice(from))
  let end = from
  const last = texts.at(-1) ?? ''
  while (end < first.length && end < last.length && first[end] === last[end]) end++
  // A pair of surrogates is one character.
  if (end > from && isHighSurrogate(first, end - 1)) end--
  const groups = new Map<string, string[]>()
  for (const text of texts) {
    const character = text.length === end ? '' : String.fromCodePoint(text.codePointAt(end) ?? 0)
    const group = groups.get(character)
    if (group === undefined) groups.set(character, [text])
    else group.push(text)
  }
  const parts = [...groups.values()].map((group) =>
    group[0]?.length === end && group.length === 1 ? '""' : tree(rules, group, end),
  )
  const prefix = end > from ? `${literal(first.slice(from, end))} ` : ''
  return `${prefix}${rules.add('one', parts.join(' | '))}`
}

function isHighSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return unit >= 0xd800 && unit <= 0xdbff
}

/** Whether the value is allowed by what stands beside `enum` or `const`. */
function holds(value: unknown, node: SchemaNode, path: string): boolean {
  for (const [keyword, limit] of node) {
    if (!holdsKeyword(value, keyword, limit, path)) return false
  }
  return true
}

function holdsKeyword(value: unknown, keyword: string, limit: unknown, path: string): boolean {
  switch (keyword) {
    case 'type':
      return (Array.isArray(limit) ? limit : [limit]).some((type) => isOfType(value, type))
    case 'enum':
      return Array.isArray(limit) && limit.some((allowed) => JSON.stringify(allowed) === JSON.stringify(value))
    case 'minLength':
      return typeof value !== 'string' || [...value].length >= Number(limit)
    case 'maxLength':
      return typeof value !== 'string' || [...value].length <= Number(limit)
    case 'minimum':
      return typeof value !== 'number' || value >= Number(limit)
    case 'maximum':
      return typeof value !== 'number' || value <= Number(limit)
    case 'pattern':
      if (typeof value !== 'string' || typeof limit !== 'string') return true
      parsePattern(limit)
      return new RegExp(limit).test(value)
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
    case 'multipleOf':
    case 'items':
    case 'prefixItems':
    case 'properties':
    case 'required':
      throw untranslatableKeyword(keyword, path, ' beside fixed values')
    default:
      return true
  }
}

function isOfType(value: unknown, type: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null
    case 'integer':
      return Number.isInteger(value)
    case 'array':
      return Array.isArray(value)
    case 'object':
      return isObject(value)
    default:
      return typeof value === type
  }
}
