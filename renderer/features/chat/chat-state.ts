import type { Chat, ChatEvent, ChatProgress, Message } from '../../../shared/domain/chats.ts'

export interface ChatState {
  chat: Chat | null
  /** The thread that is shown, oldest first. */
  messages: readonly Message[]
  /** Where answers stand before their first token, by message. */
  progress: Readonly<Record<string, ChatProgress>>
  /** When answers were seen to begin and to end thinking, ms since the epoch, by message. */
  thinking: Readonly<Record<string, Thinking>>
  deleted: boolean
}

/** Times of an answer's thoughts; `end` is null while it thinks. */
export interface Thinking {
  start: number
  end: number | null
}

export const EMPTY_CHAT: ChatState = { chat: null, messages: [], progress: {}, thinking: {}, deleted: false }

/**
 * What the chat looks like after some events that came at `now` (ms since the epoch); messages that they do not touch
 * keep their identity.
 */
export function applyEvents(state: ChatState, events: readonly ChatEvent[], now = Date.now()): ChatState {
  return mergeDeltas(events).reduce((before, event) => applyEvent(before, event, now), state)
}

/** Neighbouring deltas of one message become one: a frame brings many. */
function mergeDeltas(events: readonly ChatEvent[]): ChatEvent[] {
  const merged: ChatEvent[] = []
  for (const event of events) {
    const last = merged.at(-1)
    if (
      (event.type === 'delta' || event.type === 'reasoning') &&
      last?.type === event.type &&
      last.messageId === event.messageId
    ) {
      merged[merged.length - 1] = { ...last, text: last.text + event.text }
    } else merged.push(event)
  }
  return merged
}

function applyEvent(state: ChatState, event: ChatEvent, now: number): ChatState {
  switch (event.type) {
    case 'snapshot':
      return { chat: event.chat, messages: event.messages, progress: {}, thinking: {}, deleted: false }
    case 'chat':
      return { ...state, chat: event.chat }
    case 'message':
      return {
        ...state,
        messages: withMessage(state.messages, event.message),
        progress: event.message.status === 'streaming' ? state.progress : without(state.progress, event.message.id),
        thinking: event.message.status === 'streaming' ? state.thinking : ended(state.thinking, event.message.id, now),
      }
    case 'delta':
      return {
        ...state,
        messages: state.messages.map((message) =>
          message.id === event.messageId ? { ...message, content: message.content + event.text } : message,
        ),
        progress: without(state.progress, event.messageId),
        thinking: ended(state.thinking, event.messageId, now),
      }
    case 'reasoning':
      return {
        ...state,
        messages: state.messages.map((message) =>
          message.id === event.messageId ? { ...message, reasoning: (message.reasoning ?? '') + event.text } : message,
        ),
        progress: without(state.progress, event.messageId),
        thinking: begun(state, event.messageId, now),
      }
    case 'progress':
      return { ...state, progress: { ...state.progress, [event.messageId]: event.progress } }
    case 'deleted':
      return { ...state, deleted: true }
  }
}

/** Only thoughts that were seen from their first word have a beginning. */
function begun({ messages, thinking }: ChatState, id: string, now: number): ChatState['thinking'] {
  const message = messages.find((known) => known.id === id)
  if (Object.hasOwn(thinking, id) || message === undefined || (message.reasoning ?? '') !== '') return thinking
  return { ...thinking, [id]: { start: now, end: null } }
}

function ended(thinking: ChatState['thinking'], id: string, now: number): ChatState['thinking'] {
  const known = thinking[id]
  return known === undefined || known.end !== null ? thinking : { ...thinking, [id]: { ...known, end: now } }
}

function withMessage(messages: readonly Message[], message: Message): Message[] {
  const index = messages.findIndex((known) => known.id === message.id)
  return index === -1 ? [...messages, message] : messages.with(index, message)
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  if (!Object.hasOwn(record, key)) return record
  const { [key]: _, ...rest } = record
  return rest
}

/** The answer that is being written, if one is. */
export function runningAnswer(messages: readonly Message[]): Message | null {
  const last = messages.at(-1)
  return last?.role === 'assistant' && last.status === 'streaming' ? last : null
}
