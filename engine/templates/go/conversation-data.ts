import type { PromptMessage, ToolDefinition } from '../../../shared/domain/generation.ts'
import { GoJson, GoStruct, type GoValue, toGo } from './values.ts'

/** Messages of one role that follow each other are one; results of tools stay apart. As Ollama does it. */
export function collated(messages: readonly PromptMessage[]): { system: string; messages: PromptMessage[] } {
  const result: PromptMessage[] = []
  for (const message of messages) {
    const before = result.at(-1)
    if (before === undefined || before.role !== message.role || message.role === 'tool') result.push(message)
    else {
      const toolCalls = [...(before.toolCalls ?? []), ...(message.toolCalls ?? [])]
      const content = `${before.content}\n\n${message.content}`
      result[result.length - 1] = { ...before, content, ...(toolCalls.length === 0 ? {} : { toolCalls }) }
    }
  }
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content)
  return { system: system.join('\n\n'), messages: result }
}

/** `.Messages` of a Go template. */
export function goMessages(messages: readonly PromptMessage[]): GoValue {
  const names = new Map(messages.flatMap(({ toolCalls }) => (toolCalls ?? []).map(({ id, name }) => [id, name])))
  return messages.map(({ role, content, reasoning = '', toolCalls = [], toolCallId = '' }) => {
    const calls = toolCalls.map(({ id, name, arguments: text }, index) => goCall(id, name, argumentsOf(text), index))
    const texts = { Role: role, Content: content, Thinking: reasoning }
    const tool = { ToolName: names.get(toolCallId) ?? '', ToolCallID: toolCallId }
    const json = {
      ...texts,
      Images: null,
      ToolCalls: calls.length === 0 ? null : calls.map((call) => call.json),
      ...tool,
    }
    return new GoStruct('message', { ...texts, Images: [], ToolCalls: calls, ...tool }, json)
  })
}

function goCall(id: string, name: string, args: Map<string, GoValue>, index: number): GoStruct {
  const json = sorted(args, jsonOfGo)
  const fields = { Index: index, Name: name }
  const call = new GoStruct(
    'function',
    { ...fields, Arguments: new GoJson(args, json) },
    { ...fields, Arguments: json },
  )
  return new GoStruct('tool call', { ID: id, Function: call }, { ID: id, Function: call.json })
}

function argumentsOf(text: string): Map<string, GoValue> {
  try {
    const value = toGo(JSON.parse(text === '' ? '{}' : text))
    return value instanceof Map ? value : new Map([['value', value]])
  } catch {
    return new Map([['value', text]])
  }
}

function jsonOfGo(value: GoValue): unknown {
  if (Array.isArray(value)) return value.map(jsonOfGo)
  if (value instanceof Map) return sorted(value, jsonOfGo)
  return value instanceof GoStruct || value instanceof GoJson ? value.json : value
}

/** Go's maps have no order of their own, so its JSON has that of the alphabet. */
function sorted<T>(map: ReadonlyMap<string, T>, json: (value: T) => unknown): Record<string, unknown> {
  const entries = [...map].toSorted(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([key, value]) => [key, json(value)]))
}

/** `.Tools` of a Go template, written as Ollama writes them: known keys first. */
export function goTools(tools: readonly ToolDefinition[]): GoValue {
  const all = tools.map(goTool)
  return new GoJson(
    all,
    all.map((tool) => tool.json),
  )
}

function goTool({ name, description = '', parameters }: ToolDefinition): GoStruct {
  const schema = goSchema(parameters ?? { type: 'object', properties: {} })
  const json = { name, description, parameters: schema.json }
  const fields = { Name: name, Description: description, Parameters: schema }
  return new GoStruct(
    'tool',
    { Type: 'function', Items: null, Function: new GoStruct('function', fields, json) },
    { type: 'function', function: json },
  )
}

function goSchema(parameters: unknown): GoStruct {
  const schema = recordOf(parameters)
  const { type = 'object', required = [], properties, ...rest } = schema
  const known = new Map(Object.entries(recordOf(properties)).map(([key, value]) => [key, goProperty(value)]))
  const json = {
    type,
    ...rest,
    ...(Array.isArray(required) && required.length > 0 ? { required } : {}),
    properties: sorted(known, (property) => property.json),
  }
  const fields = {
    Type: toGo(type),
    Required: toGo(required),
    Items: toGo(rest['items']),
    Defs: toGo(rest['$defs']),
    Properties: new GoJson(known, json.properties),
  }
  return new GoStruct('schema', fields, json)
}

function goProperty(value: unknown): GoStruct {
  const { type, items, description, enum: values, ...rest } = recordOf(value)
  const json = {
    ...(type === undefined ? {} : { type }),
    ...(items === undefined ? {} : { items }),
    ...(description === undefined || description === '' ? {} : { description }),
    ...(values === undefined ? {} : { enum: values }),
    ...rest,
  }
  const fields = {
    Type: typeOf(type),
    Items: toGo(items),
    Description: typeof description === 'string' ? description : '',
    Enum: Array.isArray(values) ? values.map(toGo) : [],
    AnyOf: toGo(rest['anyOf']),
    Properties: toGo(rest['properties']),
    Required: toGo(rest['required']),
  }
  return new GoStruct('property', fields, json)
}

/** One type prints as its name, several as a list. */
function typeOf(type: unknown): GoValue {
  return Array.isArray(type) && type.length === 1 ? toGo(type[0]) : toGo(type ?? '')
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}
