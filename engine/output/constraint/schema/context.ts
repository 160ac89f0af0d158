import type { GrammarRules } from '../gbnf/rules.ts'

/** What the translators of the types need from each other. */
export interface SchemaContext {
  rules: GrammarRules
  /** The rule for a value of this schema; null where it allows none. */
  value(schema: unknown, path: string): string | null
}

/** Space between the parts of a document: enough for a readable one, not so much that a small model loses itself. */
export function space(rules: GrammarRules): string {
  return rules.add('ws', '| " " | "\\n" [ \\t]{0,20}')
}
