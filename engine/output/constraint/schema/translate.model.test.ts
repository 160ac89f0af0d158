import type { Llama, LlamaGrammar } from 'node-llama-cpp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCpuLlama } from '../../../cpu-llama.ts'
import { checkGrammar } from '../gbnf/check.ts'
import { jsonObjectGrammar, schemaGrammar } from './translate.ts'

/** llama.cpp itself says which texts a grammar takes; no model is needed for it. */
let llama: Llama

beforeAll(async () => {
  llama = await startCpuLlama()
}, 120_000)
afterAll(async () => {
  await llama.dispose()
})

async function taken(grammar: string, texts: readonly string[]): Promise<boolean[]> {
  checkGrammar(grammar)
  const compiled = await llama.createGrammar({ grammar })
  const tester = compiled as LlamaGrammar & { _testText(text: string): boolean } // internal, pinned version
  return texts.map((text) => tester._testText(text))
}

const person = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' }, email: { type: 'string' } },
  required: ['age'],
}

const tree = {
  $defs: {
    node: {
      type: 'object',
      properties: { value: { type: 'number' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
      required: ['value'],
      additionalProperties: false,
    },
  },
  $ref: '#/$defs/node',
}

const cases: [string, unknown, string[], string[]][] = [
  ['any value', {}, ['1', '"a"', '[1, {"a": null}]', 'true', '-1.5e+10'], ['', 'a', '[1,]', '01', '{"a"}']],
  [
    'properties in order',
    person,
    ['{"age":3}', '{"name": "A", "age": 3}', '{"age": 3, "email": ""}', '{"name":"A","age":3,"email":"b"}'],
    ['{}', '{"name":"A"}', '{"age":3,}', '{"age":"3"}', '{,"age":3}', '{"age":3,"x":1}'],
  ],
  [
    'only optional properties',
    { properties: { a: { type: 'null' }, b: { type: 'null' } } },
    ['{}', '{"a":null}', '{"b":null}', '{"a":null,"b":null}'],
    ['{"b":null,"a":null}', '{"a":null,}', '[]'],
  ],
  [
    'more properties',
    { type: 'object', properties: { ab: { type: 'integer' } }, additionalProperties: { type: 'string' } },
    ['{}', '{"ab":1}', '{"a":"x"}', '{"abc":"x","q":"y"}', '{"ab":1, "z":"x"}', '{"":"x"}'],
    ['{"ab":"x"}', '{"a":1}', '{"\\u0061b":"x"}'],
  ],
  ['a map', { type: 'object', additionalProperties: { type: 'integer' } }, ['{}', '{"a":1,"b":2}'], ['{"a":"1"}']],
  ['a required name that is not described', { type: 'object', required: ['a'], properties: {} }, ['{"a":[]}'], ['{}']],
  [
    'recursion',
    tree,
    ['{"value":1}', '{"value":1,"children":[{"value":2,"children":[]}]}'],
    ['{"children":[]}', '{"value":1,"children":[{}]}'],
  ],
  ['a reference to the whole', { type: 'array', items: { $ref: '#' } }, ['[]', '[[],[[]]]'], ['[1]']],
  ['types', { type: ['integer', 'null', 'boolean'] }, ['1', 'null', 'true'], ['1.5', '"a"']],
  ['nullable', { type: 'string', nullable: true }, ['null', '"a"'], ['1']],
  [
    'values',
    { enum: ['red', 'red wine', 'green', 'grün', '😀', '😁', 1, null, ['a']] },
    ['"red"', '"red wine"', '"grün"', '"😁"', '1', 'null', '["a"]'],
    ['"re"', '"blue"', '"gr"', '2'],
  ],
  ['values of one type', { type: 'string', enum: ['a', 1] }, ['"a"'], ['1']],
  ['a constant', { const: { a: 'x"y\n' } }, [JSON.stringify({ a: 'x"y\n' })], ['{}']],
  [
    'alternatives',
    { anyOf: [{ type: 'integer' }, { type: 'string', maxLength: 2 }] },
    ['1', '"ab"'],
    ['"abc"', 'true'],
  ],
  [
    'alternatives beside properties',
    {
      type: 'object',
      properties: { a: { type: 'integer' }, b: { type: 'integer' } },
      oneOf: [{ required: ['a'] }, { required: ['b'] }],
    },
    ['{"a":1}', '{"b":1}', '{"a":1,"b":2}'],
    ['{}'],
  ],
  [
    'all of several',
    {
      allOf: [{ $ref: '#/$defs/a' }, { properties: { b: { type: 'string' } }, required: ['b'] }],
      $defs: { a: { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] } },
    },
    ['{"a":1,"b":"x"}'],
    ['{"a":1}', '{"b":"x"}'],
  ],
  ['bounds from several', { allOf: [{ type: 'integer', minimum: 3 }, { maximum: 5 }] }, ['3', '5'], ['2', '6']],
  [
    'lengths',
    { type: 'string', minLength: 2, maxLength: 4 },
    ['"ab"', '"😀😀"', '"abcd"', '"\\n\\u00e9"'],
    ['"a"', '"abcde"', '"\\ud83d\\ude00"'],
  ],
  [
    'long lengths',
    { type: 'string', minLength: 250, maxLength: 5230 },
    [`"${'a'.repeat(250)}"`, `"${'a'.repeat(5230)}"`, `"${'a'.repeat(3000)}"`],
    [`"${'a'.repeat(249)}"`, `"${'a'.repeat(5231)}"`],
  ],
  [
    'counted items',
    { type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 3 },
    ['[1,2]', '[1, 2, 3]'],
    ['[]', '[1]', '[1,2,3,4]'],
  ],
  ['at most one item', { type: 'array', items: { type: 'integer' }, maxItems: 1 }, ['[]', '[1]'], ['[1,2]']],
  ['no items', { type: 'array', maxItems: 0 }, ['[]'], ['[1]']],
  [
    'a tuple',
    { type: 'array', prefixItems: [{ type: 'integer' }, { type: 'string' }], items: false },
    ['[1,"a"]'],
    ['[1]', '["a",1]', '[1,"a",2]'],
  ],
  [
    'a tuple and more',
    { type: 'array', prefixItems: [{ type: 'integer' }], items: { type: 'string' } },
    ['[1]', '[1,"a","b"]'],
    ['[1,2]'],
  ],
  [
    'a tuple of old',
    { type: 'array', items: [{ type: 'integer' }], additionalItems: false, minItems: 1 },
    ['[1]'],
    ['[]'],
  ],
  [
    'whole numbers',
    { type: 'integer', minimum: -12, maximum: 1305 },
    ['-12', '-1', '0', '9', '10', '999', '1305', '1299'],
    ['-13', '1306', '2000', '-0', '00', '1.5'],
  ],
  ['whole numbers from 7', { type: 'integer', exclusiveMinimum: 6 }, ['7', '10', '123456789'], ['6', '0', '-7']],
  ['whole numbers below 0', { type: 'integer', exclusiveMaximum: 0 }, ['-1', '-100'], ['0', '1']],
  [
    'numbers from 0 to 1',
    { type: 'number', minimum: 0, maximum: 1 },
    ['0', '0.5', '1', '1.0', '0.999'],
    ['1.1', '-0.1', '2', '1.01', '1e5'],
  ],
  [
    'numbers within 0 and 1',
    { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
    ['0.001', '0.5', '0.999'],
    ['0', '1', '0.0', '1.0'],
  ],
  [
    'numbers around zero',
    { type: 'number', minimum: -2.5, maximum: 10.25 },
    ['-2.5', '-2.49', '-0.1', '0', '3', '3.75', '10', '10.25', '10.2', '9.99'],
    ['-2.51', '-3', '10.26', '10.3', '11'],
  ],
  [
    'numbers between fractions',
    { type: 'number', minimum: 1.25, maximum: 1.5 },
    ['1.25', '1.3', '1.5', '1.49', '1.250', '1.50'],
    ['1', '1.2', '1.24', '1.51', '1.6', '2'],
  ],
  [
    'a pattern',
    { type: 'string', pattern: '^(\\d{3}-)?[A-Z]{2,3}[^a-z"]$' },
    ['"123-ABC."', '"AB\\\\"', '"ABé"'],
    ['"abc"', '"12-ABC."', '"ABx"', '"AB\\""'],
  ],
  ['a pattern that is not anchored', { type: 'string', pattern: 'b+' }, ['"abc"', '"b"', '"bb"'], ['"ac"', '""']],
  [
    'a pattern of words',
    { type: 'string', pattern: '^(?:foo|bar|)(\\s\\w+)*$' },
    ['"foo a b"', '""', '"\\tx"'],
    ['"fo"', '"foo  a"'],
  ],
  ['a pattern with a length', { type: 'string', pattern: '^[a-z]+$', maxLength: 3 }, ['"abc"'], ['"abcd"', '""']],
  [
    'dates',
    { type: 'string', format: 'date' },
    ['"2024-01-31"', '"2024-11-30"'],
    ['"2024-02-30"', '"2024-13-01"', '"24-1-1"'],
  ],
  [
    'moments',
    { type: 'string', format: 'date-time' },
    ['"2024-01-31T23:59:59Z"', '"2024-01-31T00:00:00.5+02:00"'],
    ['"2024-01-31"', '"2024-01-31T24:00:00Z"'],
  ],
  ['addresses', { type: 'string', format: 'email' }, ['"a.b@example.org"'], ['"a@b"', '"@example.org"']],
  ['uuids', { type: 'string', format: 'uuid' }, ['"123e4567-e89b-12d3-a456-426614174000"'], ['"123e4567"']],
  [
    'links',
    { type: 'string', format: 'uri' },
    ['"https://example.org/a?b=c#d"', '"http://localhost:80"'],
    ['"example"'],
  ],
  [
    'names that are traps',
    JSON.parse(
      '{"type":"object","properties":{"__proto__":{"type":"integer"},"constructor":{"type":"null"}},"required":["__proto__"]}',
    ),
    ['{"__proto__":1}', '{"__proto__":1,"constructor":null}'],
    ['{}', '{"constructor":null}'],
  ],
  [
    'a property that can never be',
    { type: 'object', properties: { a: false, b: { type: 'null' } } },
    ['{}', '{"b":null}'],
    ['{"a":1}'],
  ],
]

describe('a JSON schema as a grammar', () => {
  it.each(cases)('takes what the schema takes: %s', async (_, schema, good, bad) => {
    const grammar = schemaGrammar(schema)
    expect(await taken(grammar, good), 'good').toEqual(good.map(() => true))
    expect(await taken(grammar, bad), 'bad').toEqual(bad.map(() => false))
  })

  it('takes any object in JSON mode and nothing else', async () => {
    expect(
      await taken(jsonObjectGrammar(), ['{}', '{ "a": [1, "\\u00e9"] }', '[]', '1', '{"a":1} ', '{"\\ud800":1}']),
    ).toEqual([true, true, false, false, false, false])
  })
})
