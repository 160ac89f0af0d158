import { GrammarRules } from '../gbnf/rules.ts'
import { constraintInvalid } from '../invalid.ts'
import { anyObjectRule, anyRule } from './any.ts'
import { arraySchemaRule } from './arrays.ts'
import { literalsRule } from './literals.ts'
import { mergeNodes } from './merge.ts'
import { isAssertion, list, refuseUntranslatable, toNode, type SchemaNode } from './node.ts'
import { numberSchemaRule } from './numbers.ts'
import { objectSchemaRule } from './objects.ts'
import { resolveReference } from './resolve.ts'
import { stringSchemaRule } from './strings.ts'
import type { SchemaContext } from './context.ts'

const deepest = 100
const mostSteps = 20_000
/** Keywords that speak of one type, for schemas that name none. */
const typeOfKeyword: Readonly<Record<string, string>> = {
  properties: 'object',
  required: 'object',
  additionalProperties: 'object',
  minProperties: 'object',
  maxProperties: 'object',
  items: 'array',
  prefixItems: 'array',
  minItems: 'array',
  maxItems: 'array',
  pattern: 'string',
  format: 'string',
  minLength: 'string',
  maxLength: 'string',
  minimum: 'number',
  maximum: 'number',
  exclusiveMinimum: 'number',
  exclusiveMaximum: 'number',
  multipleOf: 'number',
}

/**
 * Adds rules for the values of a JSON schema, and returns the name of their rule. `oneOf` is taken as `anyOf`; `$ref`
 * works within the document; a schema without `type` is taken as the type that its keywords speak of.
 *
 * @throws AppError `constraint_invalid`, naming the keyword and its place, for what a grammar can't say
 */
export function addSchema(rules: GrammarRules, schema: unknown, path = '#'): string {
  const rule = new Translator(rules, schema).value(schema, path)
  if (rule === null) throw constraintInvalid(path, 'the schema allows no value', 'Correct the schema.')
  return rule
}

/** Properties of an object schema with the rules of their values, for calls that are not written in JSON. */
export function schemaProperties(
  rules: GrammarRules,
  schema: unknown,
): { name: string; rule: string; isText: boolean; required: boolean }[] {
  const translator = new Translator(rules, schema)
  const node = translator.flatten(toNode(schema ?? {}, '#'), '#')
  if (typeof node === 'boolean') return []
  const required: unknown = node.get('required')
  const names = Array.isArray(required) ? required : []
  const properties: unknown = node.get('properties')
  const found = properties instanceof Map ? [...properties] : Object.entries(properties ?? {})
  return found.flatMap(([name, value]: [string, unknown]) => {
    const rule = translator.value(value, `#/properties/${name}`)
    if (rule === null) return []
    return [{ name, rule, isText: translator.isText(value), required: names.includes(name) }]
  })
}

class Translator implements SchemaContext {
  readonly rules: GrammarRules
  readonly #root: unknown
  readonly #known = new Map<object, string>()
  #depth = 0
  #steps = 0

  constructor(rules: GrammarRules, root: unknown) {
    this.rules = rules
    this.#root = root
  }

  value(schema: unknown, path: string): string | null {
    if (schema === false) return null
    if (schema === true) return anyRule(this.rules)
    const node = toNode(schema, path)
    if (typeof schema !== 'object' || schema === null || typeof node === 'boolean') return null
    const known = this.#known.get(schema)
    if (known !== undefined) return known
    if (++this.#depth > deepest) throw constraintInvalid(path, 'too deep', 'Use a flatter schema.')
    const name = this.rules.reserve(path.split('/').at(-1) ?? 'value')
    this.#known.set(schema, name)
    const body = this.#body(node, path)
    this.rules.define(name, body)
    this.#depth--
    return name
  }

  /** Whether the values are texts that can be written without quotes: of any content and length. */
  isText(schema: unknown): boolean {
    if (typeof schema !== 'object' || schema === null) return false
    const node = this.flatten(toNode(schema, '#'), '#')
    if (typeof node === 'boolean' || node.get('type') !== 'string') return false
    return !['enum', 'const', 'pattern', 'format', 'minLength', 'maxLength'].some((keyword) => node.has(keyword))
  }

  #body(node: SchemaNode, path: string): string {
    this.#step(path)
    const reference = node.get('$ref')
    if (reference !== undefined && ![...node.keys()].some((key) => key !== '$ref' && isAssertion(key))) {
      const rule = this.value(resolveReference(this.#root, reference, path), path)
      if (rule === null) throw constraintInvalid(`${path}/$ref`, 'it allows no value', 'Correct the schema.')
      return rule
    }
    const flat = this.flatten(node, path)
    if (typeof flat === 'boolean') throw constraintInvalid(path, 'it allows no value', 'Correct the schema.')
    for (const keyword of ['anyOf', 'oneOf'] as const) {
      if (flat.has(keyword)) return this.#alternatives(flat, keyword, path)
    }
    refuseUntranslatable(flat, path)
    const body = this.#ofTypes(flat, path)
    return flat.get('nullable') === true && !flat.has('const') ? `${body} | "null"` : body
  }

  /** Without `$ref` and `allOf`: what they say is merged in. */
  flatten(node: SchemaNode | boolean, path: string, following: readonly unknown[] = []): SchemaNode | boolean {
    this.#step(path)
    if (typeof node === 'boolean') return node
    if (following.length > deepest) throw constraintInvalid(path, 'too deep', 'Use a flatter schema.')
    if (!node.has('$ref') && !node.has('allOf')) return node
    const own = new Map(node)
    const parts: { schema: unknown; following: readonly unknown[] }[] = []
    if (own.has('$ref')) {
      const reference = own.get('$ref')
      if (following.includes(reference))
        throw constraintInvalid(`${path}/$ref`, '$ref leads back to itself', 'Correct it.')
      parts.push({ schema: resolveReference(this.#root, reference, path), following: [...following, reference] })
    }
    if (own.has('allOf')) {
      for (const schema of list(own, 'allOf', path)) parts.push({ schema, following: [...following, null] })
    }
    own.delete('$ref')
    own.delete('allOf')
    let merged: SchemaNode = own
    for (const part of parts) {
      const flat = this.flatten(toNode(part.schema, path), path, part.following)
      if (flat === false) return false
      if (flat !== true) merged = mergeNodes(merged, flat, path)
    }
    return merged
  }

  #alternatives(node: SchemaNode, keyword: 'anyOf' | 'oneOf', path: string): string {
    const rest = new Map(node)
    rest.delete(keyword)
    const isPlain = ![...rest.keys()].some(isAssertion)
    const found: string[] = []
    for (const [index, alternative] of list(node, keyword, path).entries()) {
      const place = `${path}/${keyword}/${index}`
      // What stands beside the alternatives holds for each of them.
      const schema = isPlain ? alternative : { allOf: [Object.fromEntries(rest), alternative] }
      const rule = this.value(schema, place)
      if (rule !== null) found.push(rule)
    }
    if (found.length === 0) throw constraintInvalid(`${path}/${keyword}`, 'none of them is possible', 'Correct it.')
    if (node.get('nullable') === true) found.push('"null"')
    return [...new Set(found)].join(' | ')
  }

  #ofTypes(node: SchemaNode, path: string): string {
    if (node.has('const') || node.has('enum')) return literalsRule(this.rules, node, path)
    const types = typesOf(node)
    if (types === null) return anyRule(this.rules)
    if (types.length === 0) throw constraintInvalid(`${path}/type`, 'no type is allowed', 'Correct the schema.')
    return types.map((type) => this.#ofType(type, node, path)).join(' | ')
  }

  #ofType(type: unknown, node: SchemaNode, path: string): string {
    switch (type) {
      case 'object':
        return objectSchemaRule(this, node, path)
      case 'array':
        return arraySchemaRule(this, node, path)
      case 'string':
        return stringSchemaRule(this.rules, node, path)
      case 'integer':
      case 'number':
        return numberSchemaRule(this.rules, node, type === 'integer', path)
      case 'boolean':
        return '"true" | "false"'
      case 'null':
        return '"null"'
      default:
        throw constraintInvalid(`${path}/type`, `${JSON.stringify(type)} is no type`, 'Correct the schema.')
    }
  }

  #step(path: string): void {
    if (++this.#steps > mostSteps) throw constraintInvalid(path, 'it is too large', 'Use a smaller schema.')
  }
}

/** Null where every type is allowed. */
function typesOf(node: SchemaNode): unknown[] | null {
  const type = node.get('type')
  if (Array.isArray(type)) return [...new Set(type)]
  if (type !== undefined) return [type]
  const types = new Set<string>()
  for (const keyword of node.keys()) {
    const of = Object.hasOwn(typeOfKeyword, keyword) ? typeOfKeyword[keyword] : undefined
    if (of !== undefined) types.add(of)
  }
  return types.size === 0 ? null : [...types]
}

/** A whole grammar for one schema. */
export function schemaGrammar(schema: unknown): string {
  const rules = new GrammarRules()
  return rules.text(addSchema(rules, schema))
}

/** A whole grammar for any JSON object, as JSON mode promises. */
export function jsonObjectGrammar(): string {
  const rules = new GrammarRules()
  return rules.text(anyObjectRule(rules))
}
