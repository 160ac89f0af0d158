import type { GrammarRules } from '../gbnf/rules.ts'
import { space } from './context.ts'
import { stringRule } from './strings.ts'

const names = { value: 'json-value' } as const

/** Any number, in the digits that a double can hold. */
export function numberRule(rules: GrammarRules): string {
  const whole = integerRule(rules)
  return rules.add('number', `${whole} ("." [0-9]{1,16})? ([eE] [-+]? [0-9]{1,3})?`)
}

export function integerRule(rules: GrammarRules): string {
  return rules.add('integer', '"-"? ("0" | [1-9] [0-9]{0,15})')
}

/** Any JSON value. */
export function anyRule(rules: GrammarRules): string {
  return anyRules(rules).value
}

/** Any JSON object. */
export function anyObjectRule(rules: GrammarRules): string {
  return anyRules(rules).object
}

export function anyArrayRule(rules: GrammarRules): string {
  return anyRules(rules).array
}

const made = new WeakMap<GrammarRules, { value: string; object: string; array: string }>()

function anyRules(rules: GrammarRules): { value: string; object: string; array: string } {
  const known = made.get(rules)
  if (known !== undefined) return known
  const value = rules.reserve(names.value)
  const ws = space(rules)
  const text = stringRule(rules)
  const object = rules.add(
    'object',
    `"{" ${ws} (${text} ":" ${ws} ${value} ("," ${ws} ${text} ":" ${ws} ${value})* ${ws})? "}"`,
  )
  const array = rules.add('array', `"[" ${ws} (${value} ("," ${ws} ${value})* ${ws})? "]"`)
  rules.define(value, `${object} | ${array} | ${text} | ${numberRule(rules)} | "true" | "false" | "null"`)
  const all = { value, object, array }
  made.set(rules, all)
  return all
}
