/** What an answer says, put together from its frames. */
export interface ResponseText {
  /** What the model wrote; empty when there is nothing of that kind in it. */
  text: string
  thinking: string
  /** Tools that it called, each with its arguments as text. */
  calls: { name: string; input: string }[]
  /** Whether it came in frames. */
  streamed: boolean
}

/**
 * Reads the answers of all dialects: whole JSON, server-sent events, and JSON lines. What it does not know, and what was
 * cut off, is left out; several answers to one question stand one after the other.
 */
export function responseText(body: string): ResponseText {
  const { values, streamed } = framesOf(body)
  const reading: Reading = { text: [], thinking: [], calls: new Map() }
  for (const value of values) {
    if (streamed) readFrame(value, reading)
    else readWhole(value, reading)
  }
  return {
    text: reading.text.join(''),
    thinking: reading.thinking.join(''),
    calls: [...reading.calls.values()].filter(({ name, input }) => name !== '' || input !== ''),
    streamed,
  }
}

/** JSON with indents; anything else as it is. */
export function prettyJson(text: string): string {
  const value = parse(text)
  return value === undefined ? text : JSON.stringify(value, null, 2)
}

interface Reading {
  text: string[]
  thinking: string[]
  calls: Map<string, { name: string; input: string }>
}

type Fields = Record<string, unknown>

function framesOf(body: string): { values: unknown[]; streamed: boolean } {
  const whole = parse(body)
  if (whole !== undefined) return { values: [whole], streamed: false }
  const lines = body.split(/\r?\n/)
  const events = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice('data:'.length))
  const frames = (events.length > 0 ? events : lines).map(parse).filter((value) => value !== undefined)
  return { values: frames, streamed: frames.length > 0 }
}

function readFrame(value: unknown, reading: Reading): void {
  const frame = fieldsOf(value)
  for (const choice of listOf(frame.choices)) {
    const delta = fieldsOf(choice.delta)
    say(reading.text, delta.content ?? choice.text)
    say(reading.thinking, delta.reasoning ?? delta.reasoning_content)
    readOpenAiCalls(delta.tool_calls, reading, String(choice.index ?? 0))
  }
  readOllama(frame, reading)
  const type = typeof frame.type === 'string' ? frame.type : ''
  if (type === 'content_block_delta') {
    const delta = fieldsOf(frame.delta)
    say(reading.text, delta.text)
    say(reading.thinking, delta.thinking)
    addCall(reading, `block ${String(frame.index)}`, '', delta.partial_json)
  }
  if (type === 'content_block_start') {
    const block = fieldsOf(frame.content_block)
    if (block.type === 'tool_use') addCall(reading, `block ${String(frame.index)}`, block.name, '')
  }
  if (type === 'response.output_text.delta' || type === 'message.delta') say(reading.text, frame.delta ?? frame.content)
  if (type === 'response.reasoning_summary_text.delta' || type === 'reasoning.delta')
    say(reading.thinking, frame.delta ?? frame.content)
  if (type === 'response.function_call_arguments.done')
    addCall(reading, String(frame.item_id), frame.name, frame.arguments)
}

function readWhole(value: unknown, reading: Reading): void {
  const answer = fieldsOf(value)
  for (const choice of listOf(answer.choices)) {
    const message = fieldsOf(choice.message)
    say(reading.text, message.content ?? choice.text)
    say(reading.thinking, message.reasoning ?? message.reasoning_content)
    readOpenAiCalls(message.tool_calls, reading, String(choice.index ?? 0))
  }
  readOllama(answer, reading)
  for (const [place, block] of listOf(answer.content).entries()) {
    say(reading.text, block.text)
    say(reading.thinking, block.thinking)
    if (block.type === 'tool_use') addCall(reading, `block ${place}`, block.name, JSON.stringify(block.input))
  }
  for (const [place, item] of listOf(answer.output).entries()) {
    if (item.type === 'function_call') addCall(reading, `item ${place}`, item.name, item.arguments)
    const into = item.type === 'reasoning' ? reading.thinking : reading.text
    if (typeof item.content === 'string') say(into, item.content)
    for (const part of [...listOf(item.content), ...listOf(item.summary)]) say(into, part.text)
  }
}

/** Frames and whole answers have the same form there. */
function readOllama(answer: Fields, reading: Reading): void {
  const message = fieldsOf(answer.message)
  say(reading.text, message.content ?? answer.response)
  say(reading.thinking, message.thinking ?? answer.thinking)
  for (const [place, call] of listOf(message.tool_calls).entries()) {
    const { name, arguments: input } = fieldsOf(call.function)
    addCall(reading, `ollama ${reading.calls.size} ${place}`, name, JSON.stringify(input))
  }
}

function readOpenAiCalls(calls: unknown, reading: Reading, choice: string): void {
  for (const [place, call] of listOf(calls).entries()) {
    const { name, arguments: input } = fieldsOf(call.function)
    addCall(reading, `${choice} ${String(call.index ?? place)}`, name, input)
  }
}

function addCall(reading: Reading, key: string, name: unknown, input: unknown): void {
  const call = reading.calls.get(key) ?? { name: '', input: '' }
  if (typeof name === 'string') call.name += name
  if (typeof input === 'string') call.input += input
  reading.calls.set(key, call)
}

function say(parts: string[], text: unknown): void {
  if (typeof text === 'string') parts.push(text)
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : []
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
