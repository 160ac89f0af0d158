import { GoTemplateError, lexGoTemplate, type Place, type Token } from './lex.ts'

/** Something that has a value. */
export type Operand = Place &
  (
    | { type: 'dot' | 'nil' }
    | { type: 'constant'; value: string | number | boolean }
    | { type: 'field'; path: string[] }
    | { type: 'variable'; name: string; path: string[] }
    | { type: 'function'; name: string }
    | { type: 'pipeline'; pipeline: Pipeline; path: string[] }
  )

export interface Pipeline extends Place {
  /** `$i, $e :=`; empty without. */
  variables: string[]
  /** `=` instead of `:=`. */
  assigns: boolean
  commands: Operand[][]
}

export type GoNode = Place &
  (
    | { type: 'text'; text: string }
    | { type: 'action'; pipeline: Pipeline }
    | { type: 'if' | 'with' | 'range'; pipeline: Pipeline; body: GoNode[]; otherwise: GoNode[] }
    | { type: 'template'; name: string; pipeline: Pipeline | null }
    | { type: 'break' | 'continue' }
  )

export interface GoTemplateTree {
  nodes: GoNode[]
  /** `define` and `block`, by name. */
  defined: Map<string, GoNode[]>
}

const maxDepth = 200

/**
 * The tree of a Go template.
 *
 * @param functions names that may be called
 * @throws GoTemplateError with line and column
 */
export function parseGoTemplate(source: string, functions: ReadonlySet<string>): GoTemplateTree {
  return new Parser(lexGoTemplate(source), functions).parse()
}

class Parser {
  readonly #tokens: Token[]
  readonly #functions: ReadonlySet<string>
  readonly #defined = new Map<string, GoNode[]>()
  #variables = ['$']
  #at = 0
  #depth = 0
  #loops = 0

  constructor(tokens: Token[], functions: ReadonlySet<string>) {
    this.#tokens = tokens
    this.#functions = functions
  }

  parse(): GoTemplateTree {
    const { nodes, ended } = this.#list()
    if (ended.type !== 'end') this.#fail(ended, `{{${wordOf(ended)}}} belongs to nothing`)
    return { nodes, defined: this.#defined }
  }

  /** Nodes up to an `end` or `else`, which is read, or the end of the template. */
  #list(): { nodes: GoNode[]; ended: Token } {
    if (++this.#depth > maxDepth) this.#fail(this.#peek(), 'it is nested too deeply')
    const nodes: GoNode[] = []
    for (;;) {
      const token = this.#next()
      if (token.type === 'text') nodes.push({ type: 'text', text: token.value, line: token.line, column: token.column })
      else if (token.type === 'end') return this.#ended(nodes, token)
      else {
        const first = this.#peek()
        if (first.type === 'word' && (first.value === 'end' || first.value === 'else')) {
          this.#next()
          if (first.value === 'end') this.#close()
          return this.#ended(nodes, first)
        }
        const node = this.#action(first)
        if (node !== null) nodes.push(node)
      }
    }
  }

  #ended(nodes: GoNode[], ended: Token) {
    this.#depth--
    return { nodes, ended }
  }

  #action(first: Token): GoNode | null {
    const place = { line: first.line, column: first.column }
    if (first.type === 'close') return this.#fail(first, 'there is nothing between the braces')
    if (first.type === 'word') {
      switch (first.value) {
        case 'if':
        case 'with':
        case 'range':
          this.#next()
          return this.#control(first.value, place)
        case 'define':
        case 'block':
          this.#next()
          return this.#define(first.value, place)
        case 'template': {
          this.#next()
          const name = this.#name()
          const pipeline = this.#peek().type === 'close' ? null : this.#pipeline()
          this.#close()
          return { type: 'template', name, pipeline, ...place }
        }
        case 'break':
        case 'continue':
          this.#next()
          if (this.#loops === 0) this.#fail(first, `{{${first.value}}} stands outside of a range`)
          this.#close()
          return { type: first.value, ...place }
      }
    }
    const pipeline = this.#pipeline()
    this.#close()
    return { type: 'action', pipeline, ...place }
  }

  #control(type: 'if' | 'with' | 'range', place: Place): GoNode {
    const scope = this.#variables.length
    const pipeline = this.#pipeline(type === 'range')
    this.#close()
    if (type === 'range') this.#loops++
    const { nodes: body, ended } = this.#list()
    if (type === 'range') this.#loops--
    let otherwise: GoNode[] = []
    if (ended.type === 'word' && ended.value === 'else') {
      const next = this.#peek()
      if (next.type === 'word' && (next.value === 'if' || next.value === 'with')) {
        this.#next()
        if (++this.#depth > maxDepth) this.#fail(next, 'it is nested too deeply')
        otherwise = [this.#control(next.value, { line: next.line, column: next.column })]
        this.#depth--
      } else {
        this.#close()
        const rest = this.#list()
        if (rest.ended.type !== 'word' || rest.ended.value !== 'end') this.#unclosed(type, place)
        otherwise = rest.nodes
      }
    } else if (ended.type === 'end') this.#unclosed(type, place)
    this.#variables.length = scope
    return { type, pipeline, body, otherwise, ...place }
  }

  #define(type: 'define' | 'block', place: Place): GoNode | null {
    const name = this.#name()
    const pipeline = type === 'block' ? this.#pipeline() : null
    this.#close()
    const outside = this.#variables
    this.#variables = ['$']
    const { nodes, ended } = this.#list()
    this.#variables = outside
    if (ended.type !== 'word' || ended.value !== 'end') this.#unclosed(type, place)
    this.#defined.set(name, nodes)
    return type === 'block' ? { type: 'template', name, pipeline, ...place } : null
  }

  #unclosed(what: string, place: Place): never {
    return this.#fail(place, `the {{end}} of {{${what}}} is missing`)
  }

  #name(): string {
    const token = this.#next()
    return token.type === 'string' ? token.value : this.#fail(token, 'a name in quotation marks should stand here')
  }

  #pipeline(inRange = false): Pipeline {
    const { line, column } = this.#peek()
    const { variables, assigns } = this.#declaration(inRange)
    const commands: Operand[][] = []
    for (;;) {
      commands.push(this.#command())
      const next = this.#peek()
      if (next.type !== 'sign' || next.value !== '|') break
      this.#next()
    }
    if (!assigns) this.#variables.push(...variables)
    return { variables, assigns, commands, line, column }
  }

  #declaration(inRange: boolean): { variables: string[]; assigns: boolean } {
    const none = { variables: [], assigns: false }
    const first = this.#peek()
    if (first.type !== 'variable') return none
    const variables = [first.value]
    let ahead = 1
    const second = this.#peek(ahead)
    if (inRange && second.type === 'sign' && second.value === ',') {
      const other = this.#peek(2)
      if (other.type !== 'variable') return this.#fail(other, 'a second variable should stand here')
      variables.push(other.value)
      ahead = 3
    }
    const sign = this.#peek(ahead)
    if (sign.type !== 'sign' || (sign.value !== ':=' && sign.value !== '=')) return none
    this.#at += ahead + 1
    const assigns = sign.value === '='
    if (assigns) for (const name of variables) this.#known(name, first)
    return { variables, assigns }
  }

  #command(): Operand[] {
    const operands: Operand[] = []
    for (;;) {
      const token = this.#peek()
      if (token.type === 'close' || (token.type === 'sign' && (token.value === '|' || token.value === ')'))) break
      operands.push(this.#operand())
    }
    if (operands.length === 0) this.#fail(this.#peek(), 'a value is missing')
    return operands
  }

  #operand(): Operand {
    const token = this.#next()
    const { line, column } = token
    switch (token.type) {
      case 'string':
      case 'number':
        return { type: 'constant', value: token.value, line, column }
      case 'field':
        return { type: 'field', path: [token.value, ...this.#path(token)], line, column }
      case 'variable':
        this.#known(token.value, token)
        return { type: 'variable', name: token.value, path: this.#path(token), line, column }
      case 'word':
        return this.#word(token.value, token)
      case 'sign':
        if (token.value === '(') return this.#bracket(token)
        break
      default:
    }
    return this.#fail(token, `'${wordOf(token)}' can't stand here`)
  }

  #word(word: string, token: Token): Operand {
    const { line, column } = token
    if (word === '.') return { type: 'dot', line, column }
    if (word === 'nil') return { type: 'nil', line, column }
    if (word === 'true' || word === 'false') return { type: 'constant', value: word === 'true', line, column }
    if (this.#functions.has(word)) return { type: 'function', name: word, line, column }
    return this.#fail(token, `there is no function '${word.slice(0, 60)}'`)
  }

  #bracket(open: Token): Operand {
    if (++this.#depth > maxDepth) this.#fail(open, 'it is nested too deeply')
    const pipeline = this.#pipeline()
    this.#depth--
    const close = this.#next()
    if (close.type !== 'sign' || close.value !== ')') this.#fail(open, 'the bracket is never closed')
    return { type: 'pipeline', pipeline, path: this.#path(close), line: open.line, column: open.column }
  }

  /** Fields that follow without a space. */
  #path(after: Token): string[] {
    const path: string[] = []
    const { line } = after
    let column = after.column + wordOf(after).length
    for (;;) {
      const next = this.#peek()
      if (next.type !== 'field' || next.line !== line || next.column !== column) return path
      this.#next()
      path.push(next.value)
      column += next.value.length + 1
    }
  }

  #known(name: string, token: Token): void {
    if (!this.#variables.includes(name)) this.#fail(token, `there is no variable ${name.slice(0, 60)}`)
  }

  #close(): void {
    const token = this.#next()
    if (token.type !== 'close') this.#fail(token, `'${wordOf(token)}' can't stand here`)
  }

  #peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] ?? { type: 'end', line: 1, column: 1 }
  }

  #next(): Token {
    const token = this.#peek()
    this.#at++
    return token
  }

  #fail(place: Place, what: string): never {
    throw new GoTemplateError(place, what)
  }
}

function wordOf(token: Token): string {
  if (!('value' in token)) return token.type === 'close' ? '}}' : ''
  return token.type === 'field' ? `.${token.value}` : String(token.value).slice(0, 60)
}
