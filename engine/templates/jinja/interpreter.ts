import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja'
import { strftime } from './strftime.ts'

type Program = Parameters<Interpreter['run']>[0]
type Node = NonNullable<Parameters<Interpreter['evaluate']>[0]>
type Value = ReturnType<Interpreter['evaluate']>

/** A node of the tree with whatever fields its kind has. */
type Fields = Record<string, unknown> & { type: string }

/** Nodes that one rendering may evaluate: a thousand times what the longest templates of a long chat need. */
const maxSteps = 20_000_000

/** Items of a list. Beyond this a thread may take the whole process with it when it runs out of memory. */
const maxItems = 500_000
/** Characters of a text, beside those of the conversation. */
const maxOwnLength = 2_000_000

/** What templates of well-known models use and the library lacks. */
const listMethods: ReadonlySet<string> = new Set(['append', 'extend', 'insert', 'pop'])
const extraFilters: ReadonlySet<string> = new Set(['string', 'min', 'max'])

/** @throws SyntaxError when it is no template */
export function parseJinja(source: string): Program {
  const program = parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true }))
  amend(program)
  return program
}

/** @throws what the template raises, and what it can't be understood to mean */
export function runJinja(
  program: Program,
  variables: Record<string, unknown>,
  { now, inputLength }: { now: () => Date; inputLength: number },
): string {
  const environment = new Environment()
  const globals = {
    true: true,
    True: true,
    false: false,
    False: false,
    none: null,
    None: null,
    raise_exception: (message: unknown) => {
      throw new Error(String(message))
    },
    range,
    strftime_now: (format: string) => strftime(format, now()),
  }
  for (const [name, value] of Object.entries({ ...globals, ...variables })) environment.set(name, value)
  return String(new BoundedInterpreter(environment, maxOwnLength + 4 * inputLength).run(program).value)
}

/**
 * The tree as Python's Jinja means it: a loop over something undefined runs never, a pair can be unpacked, and
 * numbers may be keys.
 */
function amend(node: unknown): void {
  if (Array.isArray(node)) {
    for (const [index, item] of node.entries()) {
      if (isNode(item) && item.type === 'TupleLiteral') node[index] = Object.assign(item, { type: 'ArrayLiteral' })
      amend(item)
    }
    return
  }
  if (node instanceof Map) {
    for (const [key, value] of node) {
      if (isNode(key) && key.type === 'IntegerLiteral')
        Object.assign(key, { type: 'StringLiteral', value: String(key['value']) })
      amend(key)
      amend(value)
    }
    return
  }
  if (!isNode(node)) return
  for (const [name, value] of Object.entries(node)) {
    // The variables of a loop or a macro are names, not values.
    if (name !== 'loopvar') amend(value)
  }
  if (node.type === 'For') node['iterable'] = orNothing(node['iterable'])
}

function orNothing(iterable: unknown): unknown {
  if (isNode(iterable) && iterable.type === 'SelectExpression') {
    return Object.assign(iterable, { lhs: orNothing(iterable['lhs']) })
  }
  return Object.assign(Object.create(null), {
    type: 'BinaryExpression',
    operator: { value: 'or', type: 'Identifier' },
    left: iterable,
    right: { type: 'ArrayLiteral', value: [] },
  })
}

/** A value in the place of the expression that it came from. */
class Known {
  readonly type = 'Known'
  readonly known: Value

  constructor(known: Value) {
    this.known = known
  }
}

class BoundedInterpreter extends Interpreter {
  readonly #maxLength: number
  #steps = 0

  constructor(environment: Environment, maxLength: number) {
    super(environment)
    this.#maxLength = maxLength
  }

  override evaluate(node: Node | undefined, environment: Environment): Value {
    if (++this.#steps > maxSteps) throw new Error('it does not come to an end')
    const result = this.#special(node, environment) ?? super.evaluate(node, environment)
    const value: unknown = result.value
    const isTooLarge = Array.isArray(value)
      ? value.length > maxItems
      : typeof value === 'string' && value.length > this.#maxLength
    if (isTooLarge) throw new Error('rendering it takes too much memory')
    return result
  }

  #special(node: unknown, environment: Environment): Value | null {
    if (!isNode(node)) return null
    if (node instanceof Known) return node.known
    if (node.type === 'CallExpression') return this.#callMethod(node, environment)
    return node.type === 'FilterExpression' ? this.#filter(node, environment) : null
  }

  #callMethod({ callee, args }: Fields, environment: Environment): Value | null {
    if (!isNode(callee) || callee.type !== 'MemberExpression' || callee['computed'] === true) return null
    const name = nameOf(callee['property'])
    if (name === null || !(listMethods.has(name) || name === 'format') || !Array.isArray(args)) return null
    const object = this.evaluate(asNode(callee['object']), environment)
    const values = args.map((arg) => this.evaluate(asNode(arg), environment))
    const list: unknown = object.value
    if (name === 'format' && typeof list === 'string') return this.#text(format(list, values), environment)
    if (!Array.isArray(list)) throw new Error(`${object.type} has no ${name}`)
    const at = Number(values[0]?.value ?? list.length - 1)
    if (name === 'append') list.push(values[0])
    if (name === 'extend' && Array.isArray(values[0]?.value)) list.push(...values[0].value)
    if (name === 'insert') list.splice(at, 0, values[1])
    const popped: unknown = name === 'pop' ? list.splice(at, 1)[0] : null
    return isValue(popped) ? popped : this.evaluate(asNode({ type: 'Identifier', value: 'none' }), environment)
  }

  #filter({ operand, filter }: Fields, environment: Environment): Value | null {
    const name = nameOf(filter)
    if (name === null) return null
    const value = this.evaluate(asNode(operand), environment)
    if (!extraFilters.has(name)) {
      // What is undefined is an empty text to most filters.
      const known = value.type === 'UndefinedValue' && name !== 'default' ? this.#text('', environment) : value
      return super.evaluate(asNode({ type: 'FilterExpression', operand: new Known(known), filter }), environment)
    }
    if (name === 'string') return this.#text(value.toString(), environment)
    const items: unknown = value.value
    if (!Array.isArray(items)) throw new Error(`${value.type} has no ${name}`)
    const better = (one: Value, other: Value) =>
      name === 'min' ? Number(other.value) < Number(one.value) : Number(other.value) > Number(one.value)
    return items.filter(isValue).reduce((best, item) => (better(best, item) ? item : best))
  }

  #text(value: string, environment: Environment): Value {
    return super.evaluate(asNode({ type: 'StringLiteral', value }), environment)
  }
}

/** Python's `str.format`, as far as templates use it: `{}` and `{0}`. */
function format(pattern: string, values: readonly Value[]): string {
  let next = 0
  return pattern.replaceAll(/\{(\d*)\}/g, (_, index: string) => {
    return String(values[index === '' ? next++ : Number(index)]?.value ?? '')
  })
}

function range(start: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, start] : [start, stop]
  if (step === 0) throw new Error('range() needs a step that is not zero')
  const count = Math.max(0, Math.ceil((to - from) / step))
  if (count > maxItems) throw new Error('range() is too long')
  return Array.from({ length: count }, (_, index) => from + index * step)
}

function isNode(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

function isValue(value: unknown): value is Value {
  return isNode(value) && 'value' in value
}

function nameOf(node: unknown): string | null {
  return isNode(node) && node.type === 'Identifier' && typeof node['value'] === 'string' ? node['value'] : null
}

function asNode(value: unknown): Node {
  if (!isNode(value)) throw new Error('it can’t be understood')
  return value as unknown as Node // the library's tree is plain data with these fields
}
