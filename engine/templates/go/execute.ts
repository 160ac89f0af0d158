import type { GoFunction } from './functions.ts'
import { GoTemplateError, type Place } from './lex.ts'
import type { GoNode, GoTemplateTree, Operand, Pipeline } from './parse.ts'
import { contentOf, GoStruct, type GoValue, isTrue, printed, sortedEntries } from './values.ts'

/** A template does no more than this: a thousand times what a long chat needs. */
const maxSteps = 2_000_000
/** Characters of one text, and of all that is written. */
const maxLength = 50_000_000
const maxCalls = 200
/** `range` over a number. */
const maxCount = 100_000

class Break extends Error {}
class Continue extends Error {}

/**
 * What a Go template makes of data.
 *
 * @throws GoTemplateError with line and column; also for one that does not come to an end
 */
export function executeGoTemplate(
  { nodes, defined }: GoTemplateTree,
  data: GoValue,
  functions: ReadonlyMap<string, GoFunction>,
): string {
  const run = new Execution(defined, functions)
  run.walk(nodes, data, [['$', data]])
  return run.output.join('')
}

type Variables = [name: string, value: GoValue][]

class Execution {
  readonly output: string[] = []
  readonly #defined: ReadonlyMap<string, GoNode[]>
  readonly #functions: ReadonlyMap<string, GoFunction>
  #steps = 0
  #length = 0
  #calls = 0

  constructor(defined: ReadonlyMap<string, GoNode[]>, functions: ReadonlyMap<string, GoFunction>) {
    this.#defined = defined
    this.#functions = functions
  }

  walk(nodes: readonly GoNode[], dot: GoValue, variables: Variables): void {
    for (const node of nodes) this.#node(node, dot, variables)
  }

  #node(node: GoNode, dot: GoValue, variables: Variables): void {
    this.#step(node)
    switch (node.type) {
      case 'text':
        return this.#write(node.text, node)
      case 'action': {
        const value = this.#pipeline(node.pipeline, dot, variables)
        if (node.pipeline.variables.length === 0) this.#write(printed(value), node)
        return
      }
      case 'if':
      case 'with': {
        const scope: Variables = [...variables]
        const value = this.#pipeline(node.pipeline, dot, scope)
        if (isTrue(value)) this.walk(node.body, node.type === 'with' ? value : dot, scope)
        else this.walk(node.otherwise, dot, scope)
        return this.#keepAssigned(variables, scope)
      }
      case 'range':
        return this.#range(node, dot, variables)
      case 'template':
        return this.#template(node, dot, variables)
      case 'break':
        throw new Break()
      case 'continue':
        throw new Continue()
    }
  }

  /** `=` inside a block changes what was there before it. */
  #keepAssigned(outer: Variables, inner: Variables): void {
    for (const [index, variable] of outer.entries()) variable[1] = inner[index]?.[1] ?? null
  }

  #range(node: Extract<GoNode, { type: 'if' | 'with' | 'range' }>, dot: GoValue, variables: Variables): void {
    const { pipeline, body, otherwise } = node
    const scope: Variables = [...variables]
    const over = contentOf(this.#value(pipeline, dot, scope))
    const items = itemsOf(over)
    if (items === null) throw new GoTemplateError(node, 'range needs a list or a map')
    if (items.length === 0) {
      this.walk(otherwise, dot, scope)
      return this.#keepAssigned(variables, scope)
    }
    for (const [key, item] of items) {
      this.#step(node)
      const inner: Variables = scope.map(([name, value]) => [name, value])
      this.#bind(pipeline, key, item, inner)
      let goesOn = true
      try {
        this.walk(body, item, inner)
      } catch (error) {
        if (error instanceof Break) goesOn = false
        else if (!(error instanceof Continue)) throw error
      }
      this.#keepAssigned(scope, inner)
      if (!goesOn) break
    }
    this.#keepAssigned(variables, scope)
  }

  #bind({ variables: names, assigns }: Pipeline, key: GoValue, item: GoValue, into: Variables): void {
    const values = names.length === 2 ? [key, item] : [item]
    for (const [index, name] of names.entries()) {
      if (assigns) assign(into, name, values[index] ?? null)
      else into.push([name, values[index] ?? null])
    }
  }

  #template(node: Extract<GoNode, { type: 'template' }>, dot: GoValue, variables: Variables): void {
    const nodes = this.#defined.get(node.name)
    if (nodes === undefined) throw new GoTemplateError(node, `there is no template "${node.name.slice(0, 60)}"`)
    const data = node.pipeline === null ? null : this.#pipeline(node.pipeline, dot, variables)
    if (++this.#calls > maxCalls) throw new GoTemplateError(node, 'templates call each other without end')
    this.walk(nodes, data, [['$', data]])
    this.#calls--
  }

  #pipeline(pipeline: Pipeline, dot: GoValue, variables: Variables): GoValue {
    const value = this.#value(pipeline, dot, variables)
    for (const name of pipeline.variables) {
      if (pipeline.assigns) assign(variables, name, value)
      else variables.push([name, value])
    }
    return value
  }

  #value({ commands }: Pipeline, dot: GoValue, variables: Variables): GoValue {
    let value: GoValue | undefined
    for (const command of commands) value = this.#command(command, dot, variables, value)
    return value ?? null
  }

  #command(command: readonly Operand[], dot: GoValue, variables: Variables, final: GoValue | undefined): GoValue {
    const [first, ...rest] = command
    if (first === undefined) return null
    this.#step(first)
    if (first.type !== 'function') {
      if (rest.length > 0 || final !== undefined)
        throw new GoTemplateError(first, 'this is no function and takes no values')
      return this.#operand(first, dot, variables)
    }
    const last: (() => GoValue)[] = final === undefined ? [] : [() => final]
    const args = [...rest.map((operand) => () => this.#operand(operand, dot, variables)), ...last]
    if (first.name === 'and' || first.name === 'or') return either(first.name, args)
    return this.#call(
      first,
      first.name,
      args.map((arg) => arg()),
    )
  }

  #call(place: Place, name: string, args: GoValue[]): GoValue {
    try {
      const value = this.#functions.get(name)?.(...args) ?? null
      if (typeof value === 'string' && value.length > maxLength) throw new Error('it takes too much memory')
      return value
    } catch (error) {
      if (error instanceof GoTemplateError) throw error
      throw new GoTemplateError(place, `${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  #operand(operand: Operand, dot: GoValue, variables: Variables): GoValue {
    switch (operand.type) {
      case 'dot':
        return dot
      case 'nil':
        return null
      case 'constant':
        return operand.value
      case 'field':
        return follow(dot, operand.path, operand)
      case 'variable':
        return follow(variables.findLast(([name]) => name === operand.name)?.[1] ?? null, operand.path, operand)
      case 'pipeline':
        return follow(this.#pipeline(operand.pipeline, dot, variables), operand.path, operand)
      case 'function':
        return this.#command([operand], dot, variables, undefined)
    }
  }

  #write(text: string, place: Place): void {
    this.#length += text.length
    if (this.#length > maxLength) throw new GoTemplateError(place, 'it writes without end')
    this.output.push(text)
  }

  #step(place: Place): void {
    if (++this.#steps > maxSteps) throw new GoTemplateError(place, 'it does not come to an end')
  }
}

/** `and` and `or` look no further than they must. */
function either(name: 'and' | 'or', args: readonly (() => GoValue)[]): GoValue {
  let value: GoValue = null
  for (const arg of args) {
    value = arg()
    if (isTrue(value) === (name === 'or')) break
  }
  return value
}

function assign(variables: Variables, name: string, value: GoValue): void {
  const index = variables.findLastIndex(([known]) => known === name)
  if (index >= 0) variables[index] = [name, value]
}

function follow(start: GoValue, path: readonly string[], place: Place): GoValue {
  let value = start
  for (const name of path) {
    const content = contentOf(value)
    if (content instanceof Map) value = content.get(name) ?? null
    else if (content instanceof GoStruct && content.fields.has(name)) value = content.fields.get(name) ?? null
    else if (content === null) throw new GoTemplateError(place, `there is nothing that could have a field ${name}`)
    else
      throw new GoTemplateError(
        place,
        `${content instanceof GoStruct ? `a ${content.type}` : 'this'} has no field ${name}`,
      )
  }
  return value
}

function itemsOf(value: GoValue): [GoValue, GoValue][] | null {
  if (value === null) return []
  if (Array.isArray(value)) return value.map((item, index) => [index, item])
  if (value instanceof Map) return sortedEntries(value)
  if (typeof value === 'number' && value <= maxCount)
    return Array.from({ length: Math.max(0, value) }, (_, index) => [index, index])
  return null
}
