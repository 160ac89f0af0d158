import type { Constraint, ToolDefinition } from '../../shared/domain/generation.ts'
import { checkGrammar } from './constraint/gbnf/check.ts'
import { literal } from './constraint/gbnf/literal.ts'
import { GrammarRules } from './constraint/gbnf/rules.ts'
import { anyObjectRule } from './constraint/schema/any.ts'
import { addSchema } from './constraint/schema/translate.ts'
import type { CompiledGrammar, ModelTokens } from './model-tokens.ts'
import type { ThinkingTags } from './thinking/tags.ts'
import type { ToolFormat } from './tools/format.ts'
import { addCalls } from './tools/grammar.ts'

/** Beside the rules of a person's grammar, whose root is `root`. */
const ownRoot = 'hearth-root'
const ownPrefix = 'hearth-'

export interface GrammarNeeds {
  constraint: Constraint
  /** Tools that may be called; null where there are none. */
  tools: { format: ToolFormat; tools: readonly ToolDefinition[]; parallel: boolean; required: boolean } | null
  /** How the model may think before the answer. */
  thinking: { kind: 'none' } | { kind: 'tags'; tags: readonly ThinkingTags[] } | { kind: 'channels' }
}

export interface Grammars {
  start: CompiledGrammar | null
  afterThinking: CompiledGrammar | null
  call: CompiledGrammar | null
  startCoversThinking: boolean
}

/**
 * Grammars for each part of an answer, checked and compiled. Where calls are up to the model they are constrained from
 * their opening on; a form for the whole answer or a call that must come are in force from the first token.
 *
 * @throws AppError `constraint_invalid`
 */
export function createGrammars(model: Pick<ModelTokens, 'compile'>, needs: GrammarNeeds): Grammars {
  const { constraint, tools, thinking } = needs
  const isFree = constraint.kind === 'none' && tools?.required !== true
  if (isFree) {
    const call = tools === null ? null : compile(model, needs, (_, calls) => calls ?? '""')
    return { start: null, afterThinking: null, call, startCoversThinking: false }
  }
  const body = (answer: string | null, calls: string | null) =>
    [calls, answer].filter((part) => part !== null).join(' | ')
  if (thinking.kind === 'channels') {
    const thought = '("<|channel|>analysis<|message|>" ([^<] | "<" [^|])* "<|end|><|start|>assistant")?'
    const start = compile(model, needs, (answer, calls) =>
      [calls, answer === null ? null : `"<|channel|>final<|message|>" (${answer})`]
        .flatMap((part) => (part === null ? [] : [`${thought} ${part}`]))
        .join(' | '),
    )
    return { start, afterThinking: compile(model, needs, body), call: null, startCoversThinking: true }
  }
  const opens = thinking.kind === 'tags' ? thinking.tags.map(({ open }) => literal(open)).join(' | ') : ''
  const start = compile(model, needs, (answer, calls) =>
    opens === '' ? body(answer, calls) : `(${opens}) [^\\x00]* | ${body(answer, calls)}`,
  )
  const afterThinking = compile(model, needs, (answer, calls) => `"\\n"{0,2} (${body(answer, calls)})`)
  return { start, afterThinking, call: null, startCoversThinking: false }
}

function compile(
  model: Pick<ModelTokens, 'compile'>,
  { constraint, tools }: GrammarNeeds,
  rootOf: (answer: string | null, calls: string | null) => string,
): CompiledGrammar {
  const own = constraint.kind === 'grammar' ? constraint.grammar : null
  if (own !== null) checkGrammar(own)
  const rules = new GrammarRules(own === null ? '' : ownPrefix)
  const answer = tools?.required === true ? null : answerRule(rules, constraint)
  const calls = tools === null ? null : addCalls(rules, tools.format, tools.tools, tools.parallel)
  const root = own === null ? 'root' : ownRoot
  const text = `${rules.text(rootOf(answer, calls), root)}${own ?? ''}`
  checkGrammar(text, root)
  return model.compile(text, root)
}

function answerRule(rules: GrammarRules, constraint: Constraint): string | null {
  switch (constraint.kind) {
    case 'none':
      return null
    case 'json':
      return anyObjectRule(rules)
    case 'schema':
      return addSchema(rules, constraint.schema)
    case 'grammar':
      return 'root'
  }
}
