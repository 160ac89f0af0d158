import type { PromptMessage } from '../../shared/domain/generation.ts'
import type { Conversation, Rendering } from './conversation.ts'

/** A rendering, and which of its characters people wrote: only what a control token could be made of is told. */
export interface GuardedRendering extends Rendering {
  /** Half-open ranges of the text, in order. A control token that touches one of them is none. */
  foreign: [number, number][]
}

/** What is to be looked for in what people wrote. */
interface Guard {
  /** First and last characters of control tokens. */
  edges: RegExp
  /** Whole control tokens, in any case. */
  controls: RegExp
}

interface Marks {
  open: string
  close: string
  /** The character before it was written by people. */
  theirs: string
}

type Render = (conversation: Conversation) => Rendering

/**
 * Renders so that what people wrote can be told from what the template wrote, wherever it matters. Three ways of
 * marking are tried; each leaves the template less to stumble over, and marks less. One whose text without marks is
 * what the template makes of the conversation as it is can be trusted.
 *
 * @param controls texts of the control tokens
 */
export function createGuardedRender(
  render: Render,
  controls: readonly string[],
): (conversation: Conversation) => GuardedRendering {
  const guard = guardOf(controls)
  return (given) => {
    const conversation = mapStrings(given, (text) => text, plainEscapes)
    const plain = render(conversation)
    if (guard === null || !isRisky(conversation, guard)) return { ...plain, foreign: [] }
    const marks = freeMarks(plain.text + JSON.stringify(conversation))
    const wrap = (text: string) => (text.search(guard.edges) >= 0 ? wrapped(text, marks) : text)
    const attempts = [wrap, (text: string) => text.replaceAll(guard.edges, (edge) => edge + marks.theirs)]
    for (const mark of attempts) {
      const marked = attempt(
        render,
        mapStrings(conversation, mark, (json) => markedJson(json, mark)),
      )
      const read = marked === null ? null : readMarks(marked.text, marks)
      if (read !== null && read.text === plain.text) return { ...plain, foreign: read.foreign }
    }
    // The template looks into what people wrote. Taking every control token in it apart is always safe.
    const split = (text: string) => text.replaceAll(guard.controls, (control) => afterFirst(control, marks.theirs))
    const last = render(mapStrings(conversation, split, (json) => markedJson(json, split)))
    const { text, foreign } = readMarks(last.text, marks) ?? { text: last.text, foreign: [[0, last.text.length]] }
    return {
      text,
      openingAt: readMarks(last.text.slice(0, last.openingAt), marks)?.text.length ?? text.length,
      foreign,
    }
  }
}

function attempt(render: Render, conversation: Conversation): Rendering | null {
  try {
    return render(conversation)
  } catch {
    return null
  }
}

function guardOf(controls: readonly string[]): Guard | null {
  const texts = controls.filter((text) => text !== '')
  if (texts.length === 0) return null
  const edges = new Set(
    texts.flatMap((text) => [...text].filter((_, index, all) => index === 0 || index === all.length - 1)),
  )
  return {
    edges: new RegExp([...edges].map(escaped).join('|'), 'gu'),
    controls: controlPattern(texts, 'giu'),
  }
}

/** Finds control tokens in a text, the longest first. */
export function controlPattern(controls: readonly string[], flags: string): RegExp {
  return new RegExp(
    controls
      .toSorted((one, other) => other.length - one.length)
      .map(escaped)
      .join('|'),
    flags,
  )
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
}

function isRisky(conversation: Conversation, { edges }: Guard): boolean {
  let risky = false
  const look = (text: string) => {
    risky ||= text.search(edges) >= 0
    return text
  }
  mapStrings(conversation, look, look)
  return risky
}

/** Marks inside the white space around a text, which templates cut off. */
function wrapped(text: string, { open, close }: Marks): string {
  const core = text.trim()
  const start = text.indexOf(core)
  return text.slice(0, start) + open + core + close + text.slice(start + core.length)
}

function afterFirst(text: string, mark: string): string {
  const first = String.fromCodePoint(text.codePointAt(0) ?? 0)
  return first + mark + text.slice(first.length)
}

/** Text without its marks, and what they say; null when they don't match. */
function readMarks(
  marked: string,
  { open, close, theirs }: Marks,
): { text: string; foreign: [number, number][] } | null {
  const foreign: [number, number][] = []
  const parts: string[] = []
  let length = 0
  let from = 0
  let openedAt: number | null = null
  for (const { 0: mark, index } of marked.matchAll(new RegExp(`[${open}${close}${theirs}]`, 'g'))) {
    parts.push(marked.slice(from, index))
    length += index - from
    from = index + 1
    if (mark === open) {
      if (openedAt !== null) return null
      openedAt = length
    } else if (mark === close) {
      if (openedAt === null) return null
      foreign.push([openedAt, length])
      openedAt = null
    } else foreign.push([length - 1, length])
  }
  if (openedAt !== null) return null
  parts.push(marked.slice(from))
  return { text: parts.join(''), foreign }
}

/** Three characters for private use that stand nowhere in the text. */
function freeMarks(text: string): Marks {
  const free: string[] = []
  for (let code = 0xf8ff; code >= 0xe000 && free.length < 3; code--) {
    const mark = String.fromCharCode(code)
    if (!text.includes(mark)) free.push(mark)
  }
  const [open, close, theirs] = free
  if (open === undefined || close === undefined || theirs === undefined)
    throw new Error('the text holds every private character')
  return { open, close, theirs }
}

/** A conversation with every text that people wrote changed. `mapJson` is for arguments of calls, which are JSON. */
function mapStrings(
  { messages, tools, reasoning }: Conversation,
  map: (text: string) => string,
  mapJson: (json: string) => string,
): Conversation {
  return {
    reasoning,
    messages: messages.map((message) => mapMessage(message, map, mapJson)),
    tools: tools.map(({ name, description, parameters }) => ({
      name: map(name),
      ...(description === undefined ? {} : { description: map(description) }),
      parameters: mapDeep(parameters, map),
    })),
  }
}

function mapMessage(
  message: PromptMessage,
  map: (text: string) => string,
  mapJson: (json: string) => string,
): PromptMessage {
  const { reasoning, toolCalls, toolCallId } = message
  return {
    role: message.role,
    content: map(message.content),
    ...(reasoning === undefined ? {} : { reasoning: map(reasoning) }),
    ...(toolCalls === undefined
      ? {}
      : {
          toolCalls: toolCalls.map((call) => ({
            id: call.id,
            name: map(call.name),
            arguments: mapJson(call.arguments),
          })),
        }),
    ...(toolCallId === undefined ? {} : { toolCallId }),
  }
}

function mapDeep(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value)
  if (Array.isArray(value)) return value.map((item) => mapDeep(item, map))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [map(key), mapDeep(item, map)]))
}

/** Marks only inside the strings of a JSON text, so that it stays one; another text is marked whole. */
function markedJson(json: string, mark: (text: string) => string): string {
  if (!isJson(json)) return mark(json)
  return json.replaceAll(/"((?:[^"\\]|\\.)*)"/gs, (_, inner: string) => `"${mark(inner)}"`)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Letters and signs that a JSON text spells as numbers, as themselves: so that they can be seen. */
function plainEscapes(json: string): string {
  if (!json.includes(String.raw`\u00`)) return json
  return json.replaceAll(/(\\\\)|\\u00([2-7][0-9a-f])/gi, (whole, backslashes: string | undefined, hex: string) => {
    const char = backslashes === undefined ? String.fromCharCode(Number.parseInt(hex, 16)) : whole
    return /["\\\u007f]/.test(char) ? whole : char
  })
}
