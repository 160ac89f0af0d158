import type { ToolDefinition } from '../../../shared/domain/generation.ts'
import { AppError } from '../../../shared/domain/errors.ts'
import { checkGrammar } from '../constraint/gbnf/check.ts'
import { literal } from '../constraint/gbnf/literal.ts'
import { GrammarRules } from '../constraint/gbnf/rules.ts'
import { anyObjectRule } from '../constraint/schema/any.ts'
import { addSchema, schemaProperties } from '../constraint/schema/translate.ts'
import type { Part, TaggedArguments, ToolFormat } from './format.ts'

/**
 * Adds rules for calls of these tools, one or (when parallel) more, from the opening on; returns the expression. The
 * arguments hold to the tool's schema; where a grammar can't say that schema, to any JSON object, since tools of others
 * come with schemas that no caller can change.
 */
export function addCalls(
  rules: GrammarRules,
  format: ToolFormat,
  tools: readonly ToolDefinition[],
  parallel: boolean,
): string {
  const calls: string[] = []
  for (const { name, parameters } of tools) {
    const values =
      format.arguments === 'json'
        ? jsonArguments(rules, parameters)
        : taggedArguments(rules, parameters, format.arguments)
    for (const { before, between } of format.heads) {
      calls.push(
        `${parts(rules, before)} ${literal(name)} ${parts(rules, between)} ${values} ${parts(rules, format.after)}`,
      )
    }
  }
  const call = rules.add('call', calls.join(' | '))
  const more = parallel ? ` (${parts(rules, format.separator)} ${call})*` : ''
  return rules.add('calls', `${parts(rules, format.open)} ${call}${more} ${parts(rules, format.close)}`)
}

function jsonArguments(rules: GrammarRules, parameters: unknown): string {
  const schema = objectSchema(parameters)
  return schema === null ? anyObjectRule(rules) : addSchema(rules, schema)
}

/** The schema where a grammar can say it, else null. */
function objectSchema(parameters: unknown): unknown {
  if (typeof parameters !== 'object' || parameters === null || Object.keys(parameters).length === 0) return null
  const schema = 'type' in parameters ? parameters : { type: 'object', ...parameters }
  try {
    const trial = new GrammarRules()
    checkGrammar(trial.text(addSchema(trial, schema)))
    return schema
  } catch (error) {
    if (error instanceof AppError && error.code === 'constraint_invalid') return null
    throw error
  }
}

function taggedArguments(rules: GrammarRules, parameters: unknown, tags: TaggedArguments): string {
  const schema = objectSchema(parameters)
  const until = textUntil(rules, tags.close)
  const space = white(rules)
  const one = (name: string, value: string) =>
    `${parts(rules, [tags.open])} ${name} ${parts(rules, [tags.middle])} ${value} ${parts(rules, [tags.close])} ${space}`
  if (schema === null) return `(${one('[A-Za-z0-9_.-]+', until)})*`
  const properties = schemaProperties(rules, schema).filter(({ name }) => /^[^<>"\s]+$/.test(name))
  const all = properties.map(({ name, rule, isText, required }) => {
    const argument = rules.add('argument', one(literal(name), isText ? until : `${space} ${rule} ${space}`))
    return required ? argument : `${argument}?`
  })
  return all.length === 0 ? '""' : all.join(' ')
}

/** Any text without the beginning of the closing tag in it. */
function textUntil(rules: GrammarRules, close: string): string {
  const [first = '<', second = '/'] = close
  return rules.add('text', `([^${first}] | ${literal(first)} [^${second}${first}])*`)
}

/** A syntax as a GBNF expression. */
export function parts(rules: GrammarRules, all: readonly Part[]): string {
  const expressions = all.flatMap((part) => {
    if (typeof part !== 'string') return [part.some === 'digits' ? '[0-9]{1,4}' : '[a-zA-Z0-9]{9}']
    return part.split(/(\s+)/).flatMap((piece) => {
      if (piece === '') return []
      return [piece.trim() === '' ? white(rules) : literal(piece)]
    })
  })
  return expressions.join(' ') || '""'
}

function white(rules: GrammarRules): string {
  return rules.add('white', '[ \\t\\n]{0,8}')
}
