import type { Chat, ChatEvent, ChatProgress, Message } from '../../../shared/domain/chats.ts'

export interface ChatState {
  chat: Chat | null
  /** The thread that is shown, oldest first. */
  messages: readonly Message[]
  /** Where answers stand before their first token, by message. */
  progress: Readonly<Record<string, ChatProgress>>
  deleted: boolean
}

export const EMPTY_CHAT: ChatState = { chat: null, messages: [], progress: {}, deleted: false }

/** What the chat looks like after some events; messages that they do not touch keep their identity. */
export function applyEvents(state: ChatState, events: readonly ChatEvent[]): ChatState {
  return mergeDeltas(events).reduce(applyEvent, state)
}

/** Neighbouring deltas of one message become one: a frame brings many. */
function mergeDeltas(events: readonly ChatEvent[]): ChatEvent[] {
  const merged: ChatEvent[] = []
  for (const event of events) {
    const last = merged.at(-1)
    if (event.type === 'delta' && last?.type === 'delta' && last.messageId === event.messageId) {
      merged[merged.length - 1] = { ...last, text: last.text + event.text }
    } else merged.push(event)
  }
  return merged
}

function applyEvent(state: ChatState, event: ChatEvent): ChatState {
  switch (event.type) {
    case 'snapshot':
      return { chat: event.chat, messages: event.messages, progress: {}, deleted: false }
    case 'chat':
      return { ...state, chat: event.chat }
    case 'message':
      return {
        ...state,
        messages: withMessage(state.messages, event.message),
        progress: event.message.status === 'streaming' ? state.progress : without(state.progress, event.message.id),
      }
    case 'delta':
      return {
        ...state,
        messages: state.messages.map((message) =>
          message.id === event.messageId ? { ...message, content: message.content + event.text } : message,
        ),
        progress: without(state.progress, event.messageId),
      }
    case 'progress':
      return { ...state, progress: { ...state.progress, [event.messageId]: event.progress } }
    case 'deleted':
      return { ...state, deleted: true }
  }
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
