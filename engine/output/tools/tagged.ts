import type { TaggedArguments } from './format.ts'

export interface TakenArguments {
  /** The next part of the arguments as JSON. */
  json: string
  /** How many arguments it holds. */
  count: number
  rest: string
  done: boolean
}

/**
 * Takes the arguments that stand complete at the beginning of a text, as the next part of a JSON object.
 *
 * @param after a pattern for what ends the call
 * @param before how many arguments were taken already
 */
export function takeTagged(
  text: string,
  tags: TaggedArguments,
  after: string,
  parameters: unknown,
  before: number,
): TakenArguments {
  let rest = text
  let json = ''
  let count = 0
  const [open, middle, close] = [tags.open, tags.middle, tags.close].map(loosely)
  const argument = new RegExp(`^\\s*${open}([^<>"]+?)${middle}([\\s\\S]*?)${close}`)
  for (let match = argument.exec(rest); match !== null; match = argument.exec(rest)) {
    const [whole, name = '', value = ''] = match
    json += `${before + count === 0 ? '{' : ', '}${JSON.stringify(name)}: ${asJson(value, property(parameters, name))}`
    count++
    rest = rest.slice(whole.length)
  }
  const done = new RegExp(`^\\s*${after}`).test(rest)
  if (done) json += before + count === 0 ? '{}' : '}'
  return { json, count, rest, done }
}

function loosely(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&').replaceAll(/\s+/g, '\\s*')
}

function property(parameters: unknown, name: string): unknown {
  if (typeof parameters !== 'object' || parameters === null || !('properties' in parameters)) return undefined
  const { properties } = parameters
  if (typeof properties !== 'object' || properties === null || !Object.hasOwn(properties, name)) return undefined
  return Object.entries(properties).find(([key]) => key === name)?.[1]
}

/** A value as it was written: a text where the schema says so, else JSON where it is some. */
function asJson(value: string, schema: unknown): string {
  // One line break after the opening tag and one before the closing tag are layout.
  const text = value.replace(/^\r?\n/, '').replace(/\r?\n$/, '')
  const type: unknown = typeof schema === 'object' && schema !== null && 'type' in schema ? schema.type : undefined
  if (type === 'string') return JSON.stringify(unquoted(text, schema))
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    return JSON.stringify(text)
  }
}

/** Texts of a fixed form are written in JSON, since their grammar is that of the schema. */
function unquoted(text: string, schema: unknown): string {
  const isFixed =
    typeof schema === 'object' &&
    schema !== null &&
    ['enum', 'const', 'pattern', 'format', 'minLength', 'maxLength'].some((key) => key in schema)
  if (!isFixed) return text
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'string' ? value : text
  } catch {
    return text
  }
}
