import { firstTag, undecidedTail, type Segment, type ThoughtSplitter } from './splitter.ts'

const message = '<|message|>'
const borders = ['<|end|>', '<|return|>', '<|start|>', '<|channel|>']
const longestHeader = 300

/** Markers of the channels, which must not be dropped as control tokens. */
export const channelMarkers: readonly string[] = [...borders, message, '<|constrain|>', '<|call|>']

/** What opens a call of a function; it is passed on as text, with all that follows, for the reader of calls. */
export const channelCalls: readonly string[] = ['<|channel|>commentary to=functions.', ' to=functions.']

type State = 'header' | 'reasoning' | 'text' | 'call'

/**
 * For gpt-oss (the harmony format): `<|channel|>analysis<|message|>…<|end|><|start|>assistant<|channel|>final<|message|>…`.
 * The channel `analysis` is thought, the others are said.
 */
export function createChannelSplitter(): ThoughtSplitter {
  let state: State = 'header'
  let held = ''
  let closed = 0

  function header(): Segment[] {
    held = held.replace(/^\s*<\|start\|>assistant/, '')
    const call = firstTag(held, channelCalls)
    if (call !== null && held.slice(0, call.at).trim() === '') {
      held = held.slice(call.at)
      state = 'call'
      return step()
    }
    const end = held.indexOf(message)
    if (end === -1) {
      const text = held.trimStart()
      const mayBeHeader =
        ['<|start|>assistant', ...channelCalls.map((tag) => tag.trimStart()), '<|channel|>'].some(
          (tag) => tag.startsWith(text) || text.startsWith(tag),
        ) && held.length < longestHeader
      if (mayBeHeader) return []
      state = 'text'
      return step()
    }
    const channel = held.slice(0, end)
    held = held.slice(end + message.length)
    state = channel.includes('analysis') ? 'reasoning' : 'text'
    return step()
  }

  function step(): Segment[] {
    if (state === 'header') return header()
    const kind = state === 'reasoning' ? 'reasoning' : 'text'
    const ends = state === 'call' ? borders.filter((tag) => tag !== '<|channel|>') : borders
    const border = firstTag(held, ends)
    if (border === null) {
      const keep = undecidedTail(held, ends)
      const text = held.slice(0, held.length - keep)
      held = held.slice(held.length - keep)
      return text === '' ? [] : [{ kind, text }]
    }
    const text = held.slice(0, border.at)
    if (state === 'reasoning') closed++
    held = held.slice(
      border.tag === '<|end|>' || border.tag === '<|return|>' ? border.at + border.tag.length : border.at,
    )
    state = 'header'
    return [...(text === '' ? [] : [{ kind, text } satisfies Segment]), ...header()]
  }

  return {
    push(text) {
      held += text
      return step()
    },
    flush() {
      const text = state === 'header' && held.trimStart().startsWith('<|') ? '' : held
      held = ''
      return text === '' ? [] : [{ kind: state === 'reasoning' ? 'reasoning' : 'text', text }]
    },
    get thinking() {
      return state === 'reasoning'
    },
    get holding() {
      return held !== ''
    },
    get closed() {
      return closed
    },
    close() {
      state = 'text'
      held = ''
      closed++
      return `<|end|><|start|>assistant<|channel|>final${message}`
    },
  }
}
