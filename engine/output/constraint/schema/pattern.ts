import type { GrammarRules } from '../gbnf/rules.ts'
import { constraintInvalid } from '../invalid.ts'
import { complement, jsonCharacters } from './character-set.ts'
import { parsePattern, UnsupportedPattern, type ParsedPattern, type Pattern } from './pattern-parse.ts'

interface Lengths {
  min: number
  max: number | null
}

/**
 * A rule for the inside of JSON texts that match the pattern. As `pattern` says, it may match anywhere unless it is
 * anchored.
 *
 * @throws AppError `constraint_invalid` for lookarounds, backreferences, anchors inside, and lengths beside more than
 *   one repeated class
 */
export function patternRule(rules: GrammarRules, source: string, lengths: Lengths, path: string): string {
  try {
    const parsed = parsePattern(source)
    const pattern = hasLengths(lengths) ? withLengths(parsed, lengths) : parsed.pattern
    const any = `${rules.add('char', jsonCharacters(complement([])))}*`
    const body = expression(rules, pattern)
    return `${parsed.anchoredStart ? '' : `${any} `}${body}${parsed.anchoredEnd ? '' : ` ${any}`}`
  } catch (error) {
    if (!(error instanceof UnsupportedPattern)) throw error
    throw constraintInvalid(
      path,
      `this pattern can't be forced on an answer: ${error.message}`,
      'Use a simpler pattern, or check it afterwards.',
    )
  }
}

function hasLengths({ min, max }: Lengths): boolean {
  return min > 0 || max !== null
}

/** Lengths beside a pattern can be said when it is one class that repeats. */
function withLengths({ anchoredStart, anchoredEnd, pattern }: ParsedPattern, lengths: Lengths): Pattern {
  const only = pattern.kind === 'sequence' && pattern.items.length === 1 ? pattern.items[0] : undefined
  if (!anchoredStart || !anchoredEnd || only?.kind !== 'repeat') throw new UnsupportedPattern('a length beside it')
  const set = only.item.kind === 'sequence' && only.item.items.length === 1 ? only.item.items[0] : only.item
  if (set?.kind !== 'set') throw new UnsupportedPattern('a length beside it')
  const min = Math.max(only.min, lengths.min)
  const max = Math.min(only.max ?? Infinity, lengths.max ?? Infinity)
  if (max < min) throw new UnsupportedPattern('lengths that exclude each other')
  return { kind: 'repeat', item: set, min, max: max === Infinity ? null : max }
}

/** A GBNF expression that can stand in a sequence. */
function expression(rules: GrammarRules, pattern: Pattern): string {
  switch (pattern.kind) {
    case 'set':
      return pattern.set.length === 0 ? never() : jsonCharacters(pattern.set)
    case 'sequence':
      return pattern.items.map((item) => expression(rules, item)).join(' ') || '""'
    case 'choice':
      return `(${pattern.items.map((item) => expression(rules, item)).join(' | ')})`
    case 'repeat': {
      if (pattern.max === 0) return '""'
      // What may be empty is made to take something, so that repeating it always goes on.
      const { item, optional } = nonEmpty(pattern.item)
      if (item === null) return '""'
      return rules.repeat(rules.add('part', expression(rules, item)), optional ? 0 : pattern.min, pattern.max)
    }
  }
}

function never(): never {
  throw new UnsupportedPattern('an empty class')
}

/** The same texts without the empty one, and whether that was among them; null where it was the only one. */
function nonEmpty(pattern: Pattern): { item: Pattern | null; optional: boolean } {
  switch (pattern.kind) {
    case 'set':
      return { item: pattern, optional: false }
    case 'repeat': {
      const inner = nonEmpty(pattern.item)
      if (inner.item === null || pattern.max === 0) return { item: null, optional: true }
      const min = inner.optional ? 0 : pattern.min
      return { item: { ...pattern, item: inner.item, min: Math.max(1, min) }, optional: min === 0 }
    }
    case 'choice': {
      const parts = pattern.items.map(nonEmpty)
      const items = parts.flatMap(({ item }) => (item === null ? [] : [item]))
      return { item: items.length === 0 ? null : { kind: 'choice', items }, optional: parts.some((p) => p.optional) }
    }
    case 'sequence': {
      if (pattern.items.length === 1 && pattern.items[0] !== undefined) return nonEmpty(pattern.items[0])
      const parts = pattern.items.map(nonEmpty)
      if (parts.some(({ optional }) => !optional)) return { item: pattern, optional: false }
      if (parts.length === 0) return { item: null, optional: true }
      throw new UnsupportedPattern('a repetition of parts that may all be empty')
    }
  }
}
