import { constraintInvalid } from '../invalid.ts'
import { parseGrammar, type GrammarNode } from './parse.ts'

const mostCharacters = 500_000
const mostRules = 5000
/** Elements after llama.cpp wrote out what is repeated. */
const mostElements = 1_000_000
/** Ways to begin: llama.cpp walks all of them for each character, and twice as many for each level that doubles them. */
const mostBeginnings = 20_000
/** Rules that begin with each other; the native check calls itself so deeply. */
const deepestBeginning = 1500

/**
 * Refuses a grammar that llama.cpp could not read, or that would make it loop, run out of memory or take forever:
 * its own check for left recursion misses rules that may be empty by way of others, and it takes all paths.
 *
 * @throws AppError `constraint_invalid`
 */
export function checkGrammar(text: string, root = 'root'): void {
  if (text.length > mostCharacters) throw wrong(`the grammar is longer than ${mostCharacters} characters`)
  if (text.includes('\0')) throw wrong('the grammar contains a zero byte')
  const rules = parseGrammar(text)
  if (rules.size > mostRules) throw wrong(`the grammar has more than ${mostRules} rules`)
  if (!rules.has(root)) throw wrong(`there is no rule named ${root}`)
  let elements = 0
  for (const [name, node] of rules) {
    for (const used of references(node)) {
      if (!rules.has(used)) throw constraintInvalid(name, `there is no rule named ${used}`, 'Define it.')
    }
    elements += size(node)
    if (elements > mostElements) throw constraintInvalid(name, 'too many repetitions of too much', 'Repeat less.')
  }
  const nullable = nullableRules(rules)
  for (const [name, node] of rules) {
    if (repeatsNothing(node, nullable)) {
      throw constraintInvalid(name, 'what may be empty is repeated without end', 'Let it take at least one character.')
    }
  }
  checkBeginnings(rules, nullable)
}

function references(node: GrammarNode): string[] {
  switch (node.kind) {
    case 'characters':
      return []
    case 'reference':
      return [node.name]
    case 'sequence':
    case 'choice':
      return node.items.flatMap(references)
    case 'repeat':
      return references(node.item)
  }
}

function size(node: GrammarNode): number {
  switch (node.kind) {
    case 'characters':
      return node.count
    case 'reference':
      return 1
    case 'sequence':
    case 'choice':
      return node.items.reduce((sum, item) => sum + size(item) + 1, 0)
    case 'repeat': {
      const one = size(node.item)
      return node.min * one + (node.max === Infinity ? 1 : node.max - node.min) * (one + 2)
    }
  }
}

function nullableRules(rules: ReadonlyMap<string, GrammarNode>): Set<string> {
  const nullable = new Set<string>()
  for (let grew = true; grew;) {
    grew = false
    for (const [name, node] of rules) {
      if (nullable.has(name) || !isNullable(node, nullable)) continue
      nullable.add(name)
      grew = true
    }
  }
  return nullable
}

function isNullable(node: GrammarNode, nullable: ReadonlySet<string>): boolean {
  switch (node.kind) {
    case 'characters':
      return node.count === 0
    case 'reference':
      return nullable.has(node.name)
    case 'sequence':
      return node.items.every((item) => isNullable(item, nullable))
    case 'choice':
      return node.items.some((item) => isNullable(item, nullable))
    case 'repeat':
      return node.min === 0 || isNullable(node.item, nullable)
  }
}

function repeatsNothing(node: GrammarNode, nullable: ReadonlySet<string>): boolean {
  switch (node.kind) {
    case 'characters':
    case 'reference':
      return false
    case 'sequence':
    case 'choice':
      return node.items.some((item) => repeatsNothing(item, nullable))
    case 'repeat':
      return (node.max === Infinity && isNullable(node.item, nullable)) || repeatsNothing(node.item, nullable)
  }
}

/** Rules that may stand at the very beginning of what the node takes, once for each way. */
function beginnings(node: GrammarNode, nullable: ReadonlySet<string>): string[] {
  switch (node.kind) {
    case 'characters':
      return []
    case 'reference':
      return [node.name]
    case 'choice':
      return node.items.flatMap((item) => beginnings(item, nullable))
    case 'repeat':
      return beginnings(node.item, nullable)
    case 'sequence': {
      const found: string[] = []
      for (const item of node.items) {
        found.push(...beginnings(item, nullable))
        if (!isNullable(item, nullable)) break
      }
      return found
    }
  }
}

function checkBeginnings(rules: ReadonlyMap<string, GrammarNode>, nullable: ReadonlySet<string>): void {
  /** Ways to begin of each rule; null while it is being counted. */
  const ways = new Map<string, number | null>()
  const count = (name: string, depth: number): number => {
    const known = ways.get(name)
    if (known === null) {
      throw constraintInvalid(name, 'a rule begins with itself (left recursion)', 'Put what repeats at the end.')
    }
    if (known !== undefined) return known
    if (depth > deepestBeginning)
      throw constraintInvalid(name, 'too many rules begin with each other', 'Make it flatter.')
    ways.set(name, null)
    const node = rules.get(name)
    let total = 1
    for (const next of node === undefined ? [] : beginnings(node, nullable)) total += count(next, depth + 1)
    if (total > mostBeginnings) throw constraintInvalid(name, 'too many ways to begin', 'Use fewer alternatives.')
    ways.set(name, total)
    return total
  }
  for (const name of rules.keys()) count(name, 0)
}

function wrong(detail: string) {
  return constraintInvalid('grammar', detail, 'Correct the grammar.')
}
