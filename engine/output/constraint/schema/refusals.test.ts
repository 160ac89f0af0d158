import { describe, expect, it } from 'vitest'
import { AppError } from '../../../../shared/domain/errors.ts'
import { checkGrammar } from '../gbnf/check.ts'
import { schemaGrammar } from './translate.ts'

function refusal(schema: unknown): string {
  try {
    checkGrammar(schemaGrammar(schema))
  } catch (error) {
    if (error instanceof AppError && error.code === 'constraint_invalid') return error.message
    throw error
  }
  return 'taken'
}

function nested(depth: number, wrap: (inner: object) => object): object {
  let schema: object = { type: 'null' }
  for (let level = 0; level < depth; level++) schema = wrap(schema)
  return schema
}

function doubling(levels: number): object {
  const definitions: Record<string, object> = { [`d${levels}`]: { type: 'null' } }
  for (let level = 0; level < levels; level++) {
    const $ref = `#/$defs/d${level + 1}`
    definitions[`d${level}`] = { anyOf: [{ $ref }, { $ref, title: 'x' }] }
  }
  return { $defs: definitions, $ref: '#/$defs/d0' }
}

describe('a JSON schema is refused, with the place and the keyword', () => {
  it.each([
    ['not', { not: { type: 'null' } }, '#/not'],
    ['if', { type: 'object', properties: { a: { if: {} } } }, '#/properties/a/if'],
    ['patternProperties', { type: 'object', patternProperties: { '^a': {} } }, '#/patternProperties'],
    ['uniqueItems', { type: 'array', uniqueItems: true }, '#/uniqueItems'],
    ['contains', { type: 'array', contains: {} }, '#/contains'],
    ['dependentRequired', { type: 'object', dependentRequired: {} }, '#/dependentRequired'],
    ['multipleOf', { type: 'number', multipleOf: 7 }, '#/multipleOf'],
    ['minProperties', { type: 'object', minProperties: 2 }, '#/minProperties'],
    ['format', { type: 'string', format: 'isbn' }, '#/format'],
    ['pattern', { type: 'string', pattern: '(?=a)b' }, '#/pattern'],
    ['pattern', { type: 'string', pattern: '(a)\\1' }, '#/pattern'],
    ['pattern', { type: 'string', pattern: 'a\\b' }, '#/pattern'],
    ['pattern', { type: 'string', pattern: '[' }, '#/pattern'],
    ['pattern', { type: 'string', pattern: '^a|b$' }, '#/pattern'],
    ['$ref', { $ref: 'https://example.org/a.json' }, '#/$ref'],
    ['$ref', { $ref: '#/$defs/missing' }, '#/$ref'],
    ['$ref', { $ref: '#/__proto__' }, '#/$ref'],
    ['type', { type: 'text' }, '#/type'],
    ['type', { allOf: [{ type: 'string' }, { type: 'null' }] }, '#/type'],
    ['enum', { enum: [] }, '#/enum'],
    ['a schema', 7, '#'],
    ['required', { type: 'object', properties: { a: false }, required: ['a'] }, '#'],
  ])('%s', (word, schema, place) => {
    const message = refusal(schema)
    expect(message).toContain(word)
    expect(message).toContain(`(${place})`)
  })

  it.each([
    [
      'that is a circle of references',
      { $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } }, $ref: '#/$defs/a' },
    ],
    [
      'that is a circle with more to it',
      { $defs: { a: { $ref: '#/$defs/a', minLength: 1 } }, $ref: '#/$defs/a', maxLength: 3 },
    ],
    ['that is a circle of alternatives', { anyOf: [{ $ref: '#' }, { type: 'null' }] }],
    ['that is a circle of all', { allOf: [{ $ref: '#' }] }],
    ['that is 100,000 deep', nested(100_000, (inner) => ({ type: 'array', items: inner }))],
    ['with 100,000 alternatives in each other', nested(100_000, (inner) => ({ anyOf: [inner] }))],
    ['with 100,000 merges in each other', nested(100_000, (inner) => ({ allOf: [inner] }))],
    ['with values of 10 MB', { enum: Array.from({ length: 100_000 }, (_, index) => `${'x'.repeat(100)}${index}`) }],
    ['with one value of 10 MB', { const: 'x'.repeat(10_000_000) }],
    [
      'with 100,000 properties',
      {
        type: 'object',
        properties: Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`p${i}`, { type: 'null' }])),
      },
    ],
    ['that doubles with each reference', doubling(60)],
    ['with a million items', { type: 'array', minItems: 1_000_000, items: {} }],
    ['with bounds that exclude each other', { type: 'integer', minimum: 3, maximum: 2 }],
    ['with a bound of another type', { type: 'integer', minimum: '3' }],
    ['with lengths that exclude each other', { type: 'string', minLength: 3, maxLength: 2 }],
  ])('%s', (_, schema) => {
    const startedAt = performance.now()
    expect(refusal(schema)).not.toBe('taken')
    expect(performance.now() - startedAt).toBeLessThan(20_000)
  })
})
