import { constraintInvalid } from '../invalid.ts'

/** The keywords of one schema. A map, since hostile schemas have keys such as `__proto__`. */
export type SchemaNode = ReadonlyMap<string, unknown>

/** Keywords that only describe, and those that are read where they belong. */
const annotations = new Set([
  '$schema',
  '$id',
  '$anchor',
  '$comment',
  '$defs',
  '$vocabulary',
  'definitions',
  'title',
  'description',
  'default',
  'example',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
  'externalDocs',
  'discriminator',
  'xml',
  'nullable',
])

/** Keywords that say what holds, but that no grammar can say. */
const untranslatable = [
  'not',
  'if',
  'then',
  'else',
  'patternProperties',
  'propertyNames',
  'dependentRequired',
  'dependentSchemas',
  'dependencies',
  'contains',
  'minContains',
  'maxContains',
  '$dynamicRef',
  '$recursiveRef',
] as const

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** @throws AppError `constraint_invalid` for what is neither an object nor a boolean */
export function toNode(schema: unknown, path: string): SchemaNode | boolean {
  if (typeof schema === 'boolean') return schema
  if (isObject(schema)) return new Map(Object.entries(schema))
  throw constraintInvalid(path, 'a schema is an object, true or false', 'Correct the schema.')
}

/** Whether the keyword changes what a value may be. */
export function isAssertion(keyword: string): boolean {
  return !annotations.has(keyword) && !keyword.startsWith('x-')
}

/** @throws AppError `constraint_invalid` that names the keyword */
export function refuseUntranslatable(node: SchemaNode, path: string): void {
  for (const keyword of untranslatable) {
    if (node.has(keyword)) throw untranslatableKeyword(keyword, path)
  }
  if (node.get('uniqueItems') === true) throw untranslatableKeyword('uniqueItems', path)
}

export function untranslatableKeyword(keyword: string, path: string, detail = '') {
  return constraintInvalid(
    `${path}/${keyword}`,
    `${keyword}${detail} can't be forced on an answer`,
    `Leave ${keyword} out of the schema, and check it afterwards.`,
  )
}

/** A whole number that is not negative; null where the keyword is absent. */
export function count(node: SchemaNode, keyword: string, path: string): number | null {
  const value = node.get(keyword)
  if (value === undefined) return null
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
  throw constraintInvalid(`${path}/${keyword}`, `${keyword} is no whole number`, 'Correct the schema.')
}

/** @throws AppError `constraint_invalid` for what is no list of texts */
export function texts(node: SchemaNode, keyword: string, path: string): string[] {
  const value = node.get(keyword) ?? []
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
  throw constraintInvalid(`${path}/${keyword}`, `${keyword} is no list of texts`, 'Correct the schema.')
}

/** @throws AppError `constraint_invalid` for what is no list of schemas */
export function list(node: SchemaNode, keyword: string, path: string): unknown[] {
  const value = node.get(keyword)
  if (Array.isArray(value)) return value
  throw constraintInvalid(`${path}/${keyword}`, `${keyword} is no list`, 'Correct the schema.')
}

/** @throws AppError `constraint_invalid` for what is no object */
export function entries(node: SchemaNode, keyword: string, path: string): [string, unknown][] {
  const value = node.get(keyword)
  if (value === undefined) return []
  if (value instanceof Map) return [...(value as Map<string, unknown>)] // made by merging, keyed by property
  if (isObject(value)) return Object.entries(value)
  throw constraintInvalid(`${path}/${keyword}`, `${keyword} is no object`, 'Correct the schema.')
}
