import type { ToolDefinition } from '../../../shared/domain/generation.ts'
import { firstTag, undecidedTail } from '../thinking/splitter.ts'
import { createJsonScanner } from './json-scanner.ts'
import type { Part, ToolFormat } from './format.ts'
import { takeTagged } from './tagged.ts'

/** What was found in a stream of text: text, or a part of a call. */
export type Found =
  | { kind: 'text'; text: string }
  | { kind: 'toolCall'; index: number; callId: string; name?: string; argumentsDelta?: string }

/** Finds calls of tools in a stream of text. What only looks like one stays text; nothing is lost. */
export interface ToolReader {
  push(text: string): Found[]
  /** What is held back when the answer ends. */
  flush(): Found[]
  /** Calls so far. */
  readonly calls: number
  /** Characters of text that are held back. */
  readonly held: number
  /** A call is being written, or may be. */
  readonly reading: boolean
  /** The call that is being written, for tokens that add nothing to it. */
  readonly current: { index: number; callId: string } | null
}

export interface ToolReaderOptions {
  format: ToolFormat
  tools: readonly ToolDefinition[]
  createId(): string
  /** Asked when a call may begin, with the text from there on; false says that it is none. */
  onTrigger(text: string): boolean
}

/** A call's opening that is longer than this is none. */
const longestOpening = 600

type State = 'text' | 'head' | 'arguments' | 'after'

export function createToolReader({ format, tools, createId, onTrigger }: ToolReaderOptions): ToolReader {
  const names = tools
    .map(({ name }) => escape(name))
    .toSorted((a, b) => b.length - a.length)
    .join('|')
  const head = format.heads
    .map(
      ({ before, between }, index) =>
        `(?:${pattern(before)}(?<name${index}>${names})(?![\\w.-])(?=[^])${pattern(between)})`,
    )
    .join('|')
  // A name that may still grow into a longer one is not taken.
  const firstHead = new RegExp(`^${pattern(format.open)}\\s*(?:${head})`)
  const nextHead = new RegExp(`^${pattern(format.after)}${pattern(format.separator)}\\s*(?:${head})`)
  const ending = new RegExp(`^${pattern(format.after)}(?:${pattern(format.close)})?\\s*`)
  let state: State = 'text'
  let buffer = ''
  /** White space between the text and what may be a call. */
  let gap = ''
  let atStart = true
  let calls = 0
  let current: { index: number; callId: string } | null = null
  let tool: ToolDefinition | undefined
  let scanner = createJsonScanner()
  let written = 0

  function readText(ended: boolean): Found[] {
    for (let from = 0; ;) {
      const tag = findTrigger(buffer, from)
      if (tag === null) break
      if (onTrigger(buffer.slice(tag))) {
        const text = buffer.slice(0, tag)
        // Empty lines before a call are no answer.
        const before = text.trimEnd()
        gap = text.slice(before.length)
        buffer = buffer.slice(tag)
        state = 'head'
        return [...said(before), ...readHead(ended)]
      }
      from = tag + 1
      atStart = false
    }
    const triggers = atStart ? [...format.triggers, ...format.triggersAtStart] : format.triggers
    const keep = ended ? 0 : undecidedTail(buffer, triggers)
    let end = buffer.length - keep
    if (!ended) end = buffer.slice(0, end).trimEnd().length
    const text = buffer.slice(0, end)
    buffer = buffer.slice(end)
    return said(text)
  }

  function findTrigger(text: string, from: number): number | null {
    const first = firstTag(text.slice(from), format.triggers)
    const start = text.length - text.trimStart().length
    const isFirst =
      atStart && from <= start && format.triggersAtStart.some((trigger) => text.startsWith(trigger, start))
    if (isFirst && (first === null || start < first.at + from)) return start
    return first === null ? null : first.at + from
  }

  function said(text: string): Found[] {
    if (text === '') return []
    if (text.trim() !== '') atStart = false
    return [{ kind: 'text', text }]
  }

  function readHead(ended: boolean): Found[] {
    const match = (calls === 0 || current === null ? firstHead : nextHead).exec(buffer)
    if (match !== null) return begin(match)
    if (!ended && buffer.length <= longestOpening) return []
    state = 'text'
    const text = gap + buffer
    buffer = ''
    return said(text)
  }

  function begin(match: RegExpExecArray): Found[] {
    const name = Object.values(match.groups ?? {}).find((group) => group !== undefined) ?? ''
    buffer = buffer.slice(match[0].length)
    tool = tools.find((one) => one.name === name)
    current = { index: calls, callId: createId() }
    calls++
    state = 'arguments'
    scanner = createJsonScanner()
    written = 0
    return [{ kind: 'toolCall', ...current, name, argumentsDelta: '' }, ...readArguments()]
  }

  function readArguments(): Found[] {
    if (current === null) return []
    const found: Found[] = []
    const give = (argumentsDelta: string) => {
      if (argumentsDelta !== '' && current !== null) found.push({ kind: 'toolCall', ...current, argumentsDelta })
    }
    if (format.arguments === 'json') {
      const length = scanner.push(buffer)
      give(buffer.slice(0, length))
      buffer = buffer.slice(length)
      if (!scanner.done) return found
    } else {
      const taken = takeTagged(buffer, format.arguments, pattern(format.after), tool?.parameters, written)
      buffer = taken.rest
      written += taken.count
      give(taken.json)
      if (!taken.done) return found
    }
    state = 'after'
    return [...found, ...readAfter(false)]
  }

  function readAfter(ended: boolean): Found[] {
    const next = nextHead.exec(buffer)
    if (next !== null) return begin(next)
    if (!ended && buffer.length <= longestOpening) return []
    const rest = buffer.replace(ending, '')
    buffer = ''
    // What is left of a closing tag that was cut off is no text.
    return isUnfinished(rest) ? [] : said(rest)
  }

  function isUnfinished(rest: string): boolean {
    const closing = [...format.after, ...format.close]
      .filter((part) => typeof part === 'string')
      .join('')
      .replaceAll(/\s+/g, '')
    const short = rest.replaceAll(/\s+/g, '')
    return short === '' || closing.startsWith(short) || closing.endsWith(short)
  }

  function step(ended: boolean): Found[] {
    switch (state) {
      case 'text':
        return readText(ended)
      case 'head':
        return readHead(ended)
      case 'arguments':
        return readArguments()
      case 'after':
        return readAfter(ended)
    }
  }

  return {
    push(text) {
      buffer += text
      return step(false)
    },
    flush() {
      const found = step(true)
      if (state === 'text' && buffer !== '') found.push({ kind: 'text', text: buffer })
      buffer = ''
      return found
    },
    get calls() {
      return calls
    },
    get held() {
      return state === 'text' ? buffer.length : 0
    },
    get reading() {
      return state !== 'text'
    },
    get current() {
      return state === 'text' ? null : current
    },
  }
}

function pattern(parts: readonly Part[]): string {
  return parts
    .map((part) => {
      if (typeof part !== 'string') return part.some === 'digits' ? '\\d{1,4}' : '[a-zA-Z0-9]{1,40}'
      return part
        .split(/(\s+)/)
        .map((piece) => (piece.trim() === '' ? (piece === '' ? '' : '\\s*') : escape(piece)))
        .join('')
    })
    .join('')
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}
