import type { GrammarRules } from '../gbnf/rules.ts'
import { constraintInvalid } from '../invalid.ts'
import { count, untranslatableKeyword, type SchemaNode } from './node.ts'
import { patternRule } from './pattern.ts'

/** One character of a JSON text. Escaped halves of surrogate pairs are left out: they break Unicode and count twice. */
export function characterRule(rules: GrammarRules): string {
  const hex = '[0-9a-fA-F]'
  return rules.add(
    'char',
    `[^"\\\\\\x7f\\x00-\\x1f] | "\\\\" (["\\\\/bfnrt] | "u" ([0-9a-cA-CeEfF] ${hex}{3} | [dD] [0-7] ${hex}{2}))`,
  )
}

export function stringRule(rules: GrammarRules): string {
  return rules.add('string', `"\\"" ${characterRule(rules)}* "\\""`)
}

const digits = '[0-9]'
const long = `("0" [13578] | "1" [02]) "-" ("0" [1-9] | [12] ${digits} | "3" [01])`
const short = `("0" [469] | "11") "-" ("0" [1-9] | [12] ${digits} | "30")`
const february = `"02" "-" ("0" [1-9] | "1" ${digits} | "2" [0-8])`
const date = `${digits}{4} "-" (${long} | ${short} | ${february})`
const offset = `("Z" | [+-] ("0" ${digits} | "1" ${digits} | "2" [0-3]) ":" [0-5] ${digits})`
const time = `("0" ${digits} | "1" ${digits} | "2" [0-3]) ":" [0-5] ${digits} ":" [0-5] ${digits} ("." ${digits}{1,6})? ${offset}`
const octet = `("25" [0-5] | "2" [0-4] ${digits} | "1" ${digits} ${digits} | [1-9] ${digits} | ${digits})`
const label = '[a-zA-Z0-9] ([a-zA-Z0-9-]{0,20} [a-zA-Z0-9])?'
const hostname = `${label} ("." ${label}){0,5}`
const hex = '[0-9a-fA-F]'

/** Formats as grammars. February has 28 days: a grammar does not know leap years. */
const formats: Readonly<Record<string, string>> = {
  date,
  time,
  'date-time': `${date} "T" ${time}`,
  duration: `"P" (${digits}{1,4} [YMWD] | ${digits}{1,4} "D" "T" ${digits}{1,4} [HMS] | "T" ${digits}{1,4} [HMS])`,
  uuid: `${hex}{8} "-" ${hex}{4} "-" ${hex}{4} "-" ${hex}{4} "-" ${hex}{12}`,
  email: `[a-zA-Z0-9_+-]{1,32} ("." [a-zA-Z0-9_+-]{1,32}){0,3} "@" ${label} ("." ${label}){1,4}`,
  hostname,
  ipv4: `${octet} "." ${octet} "." ${octet} "." ${octet}`,
  ipv6: `${hex}{1,4} (":" ${hex}{1,4}){7}`,
  uri: `[a-zA-Z] [a-zA-Z0-9+.-]{0,15} "://" [a-zA-Z0-9.-]{1,253} (":" ${digits}{1,5})? ([/?#] [a-zA-Z0-9._~:/?#@!$&'()*+,;=%-]*)?`,
  'json-pointer': '("/" [a-zA-Z0-9_.-]*)*',
  byte: '[A-Za-z0-9+/]* "="{0,2}',
}
const aliases: Readonly<Record<string, string>> = {
  url: 'uri',
  'idn-email': 'email',
  'idn-hostname': 'hostname',
  iri: 'uri',
}
/** Formats that say for whom a text is meant, not which texts there are. */
const meaningless = new Set(['password', 'binary', 'text', 'textarea', 'markdown', 'html', 'string', 'uri-reference'])

/** @throws AppError `constraint_invalid` for a pattern or format that can't be translated */
export function stringSchemaRule(rules: GrammarRules, node: SchemaNode, path: string): string {
  const [min, max] = [count(node, 'minLength', path) ?? 0, count(node, 'maxLength', path)]
  if (max !== null && max < min)
    throw constraintInvalid(`${path}/maxLength`, 'maxLength is below minLength', 'Correct it.')
  const format = node.get('format')
  const pattern = node.get('pattern')
  if (pattern !== undefined) {
    if (typeof pattern !== 'string') throw constraintInvalid(`${path}/pattern`, 'pattern is no text', 'Correct it.')
    if (typeof format === 'string' && !meaningless.has(format))
      throw untranslatableKeyword('format', path, ' beside pattern')
    return rules.add('pattern', `"\\"" ${patternRule(rules, pattern, { min, max }, `${path}/pattern`)} "\\""`)
  }
  if (typeof format === 'string' && !meaningless.has(format)) {
    const name = Object.hasOwn(aliases, format) ? (aliases[format] ?? format) : format
    const body = Object.hasOwn(formats, name) ? formats[name] : undefined
    if (body === undefined) throw untranslatableKeyword('format', path, ` ${format.slice(0, 40)}`)
    if (min > 0 || max !== null) throw untranslatableKeyword('format', path, ' beside a length')
    return rules.add(name, `"\\"" (${body}) "\\""`)
  }
  if (min === 0 && max === null) return stringRule(rules)
  return rules.add('string', `"\\"" ${rules.repeat(characterRule(rules), min, max)} "\\""`)
}
