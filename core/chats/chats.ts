import { setTimeout as delay } from 'node:timers/promises'
import type { Actor } from '../../shared/domain/actor.ts'
import { type Chat, type ChatEvent, MAX_MESSAGE_CHARACTERS, type Message } from '../../shared/domain/chats.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { GenerationRequestInput, PromptMessage } from '../../shared/domain/generation.ts'
import type { Generate } from '../generation/generate.ts'
import { createEventQueue, type EventQueue } from '../lib/event-queue.ts'
import { createTopic, type Topic } from '../lib/topic.ts'
import { createAnswers } from './answers.ts'
import type { ChatStore } from './chat-store.ts'
import { currentThread, threadTo, titleOf, toPrompt } from './thread.ts'

/** How long a removed chat can be brought back. */
const RESTORE_WINDOW_MS = 60 * 60 * 1000
/** Between two pieces of an answer to one watcher. On two cores a window that paints more often takes them from the model. */
const DELTA_INTERVAL_MS = 60
const PURGE_EVERY_MS = 10 * 60 * 1000

export interface Chats {
  /** The list of an owner. */
  watchList(actor: Actor, signal?: AbortSignal): AsyncGenerator<Chat[], void, void>
  /** A snapshot, then what changes. Throws `not_found`. */
  watch(actor: Actor, id: string, signal?: AbortSignal): AsyncGenerator<ChatEvent, void, void>
  create(actor: Actor, options: { model?: string | undefined }): Chat
  rename(actor: Actor, id: string, title: string): Chat
  remove(actor: Actor, id: string): void
  restore(actor: Actor, id: string): Chat
  /** Throws `not_found`; `invalid_input` for an empty or too long message, or while an answer is being written. */
  send(actor: Actor, id: string, content: string, model: string): { question: Message; answer: Message }
  regenerate(actor: Actor, id: string, messageId: string, model: string): Message
  /**
   * Someone types: what is certain to be asked (the chat so far, or for a new chat what stands before every first
   * question) may be read already. Never throws, and nobody waits for it.
   */
  readAhead(actor: Actor, id: string | null, model: string): void
  stop(actor: Actor, id: string): void
  close(): Promise<void>
}

export interface ChatsDeps {
  store: ChatStore
  generate: Generate
  /** Reads a prompt before it is asked; resolves when it is read or was given up. */
  readAhead: (request: GenerationRequestInput) => Promise<void>
  /** Erases what is kept of a chat's state in the engines. */
  forget: (chatId: string) => void
  newId: () => string
  now: () => number
  clock: () => number
}

export function createChats({ store, generate, readAhead, forget, newId, now, clock }: ChatsDeps): Chats {
  const lists = new Map<string, Topic<Chat[]>>()
  const watchers = new Map<string, Set<EventQueue<ChatEvent>>>()
  const tell = (chatId: string, event: ChatEvent) => {
    for (const queue of watchers.get(chatId) ?? []) queue.push(event)
  }
  const answers = createAnswers({ generate, store, tell, clock })

  for (const message of store.interrupted()) {
    store.updateMessage({
      ...message,
      status: 'failed',
      error: {
        code: 'core_lost',
        message: 'Hearth ended while this answer was being written.',
        suggestion: 'What had arrived is kept. Ask again for the rest.',
      },
    })
  }
  const purge = () => store.purgeRemoved(now() - RESTORE_WINDOW_MS)
  purge()
  const purgeTimer = setInterval(purge, PURGE_EVERY_MS)
  purgeTimer.unref()

  const listOf = (ownerId: string) => {
    const existing = lists.get(ownerId)
    if (existing) return existing
    const topic = createTopic(() => store.list(ownerId))
    lists.set(ownerId, topic)
    return topic
  }
  const find = (actor: Actor, id: string) => {
    const chat = store.find(actor.ownerId, id)
    if (!chat) {
      throw new AppError({ code: 'not_found', message: 'This chat no longer exists.', suggestion: 'Start a new one.' })
    }
    return chat
  }
  const save = (actor: Actor, chat: Chat) => {
    store.update(chat)
    tell(chat.id, { type: 'chat', chat })
    listOf(actor.ownerId).changed()
    return chat
  }
  /** Stored messages, with the one that is being written as it stands now. */
  const messagesOf = (chatId: string) => {
    const live = answers.live(chatId)
    return store.messages(chatId).map((message) => (message.id === live?.id ? live : message))
  }
  const assertIdle = (chatId: string) => {
    if (answers.live(chatId)) {
      throw new AppError({
        code: 'invalid_input',
        message: 'An answer is still being written.',
        suggestion: 'Wait for it, or stop it first.',
      })
    }
  }
  const newMessage = (
    fields: Pick<Message, 'chatId' | 'parentId' | 'role' | 'content' | 'status' | 'model'>,
  ): Message => ({
    id: newId(),
    ...fields,
    reasoning: null,
    finishReason: null,
    error: null,
    usage: null,
    timings: null,
    droppedMessages: 0,
    createdAt: now(),
  })
  const requestFor = (
    actor: Actor,
    chatId: string | undefined,
    messages: PromptMessage[],
    model: string,
  ): GenerationRequestInput => ({
    model,
    input: { kind: 'messages', messages },
    priority: 'person',
    ...(chatId === undefined ? {} : { cacheKey: chatId }),
    actor,
  })
  const answer = (actor: Actor, thread: Message[], message: Message, model: string) =>
    answers.start(message, requestFor(actor, message.chatId, toPrompt(thread), model))

  return {
    watchList: (actor, signal) => listOf(actor.ownerId).watch(signal),
    async *watch(actor, id, signal) {
      const queue = createEventQueue<ChatEvent>(joinDeltas)
      const queues = watchers.get(id) ?? new Set()
      watchers.set(id, queues.add(queue))
      const end = () => queue.end()
      signal?.addEventListener('abort', end)
      try {
        yield { type: 'snapshot', chat: find(actor, id), messages: currentThread(messagesOf(id)) }
        if (signal?.aborted) return
        for await (const event of queue) {
          yield event
          // What comes meanwhile is joined: the first piece is seen at once, the others without painting each token.
          if (event.type === 'delta' || event.type === 'reasoning') await delay(DELTA_INTERVAL_MS)
        }
      } finally {
        signal?.removeEventListener('abort', end)
        queues.delete(queue)
        if (queues.size === 0) watchers.delete(id)
      }
    },
    create(actor, { model }) {
      const at = now()
      const chat: Chat = { id: newId(), title: '', autoTitle: true, model: model ?? null, createdAt: at, updatedAt: at }
      store.insert(actor.ownerId, chat)
      listOf(actor.ownerId).changed()
      return chat
    },
    rename: (actor, id, title) => save(actor, { ...find(actor, id), title, autoTitle: false }),
    remove(actor, id) {
      find(actor, id)
      answers.stop(id)
      store.setRemoved(actor.ownerId, id, now())
      forget(id)
      tell(id, { type: 'deleted' })
      listOf(actor.ownerId).changed()
    },
    restore(actor, id) {
      store.setRemoved(actor.ownerId, id, null)
      const chat = find(actor, id)
      listOf(actor.ownerId).changed()
      return chat
    },
    send(actor, id, content, model) {
      const chat = find(actor, id)
      if (content.trim() === '') throw new AppError({ code: 'invalid_input', message: 'The message is empty.' })
      if (content.length > MAX_MESSAGE_CHARACTERS) {
        throw new AppError({
          code: 'invalid_input',
          message: 'The message is too long.',
          suggestion: 'Send a part of it.',
        })
      }
      assertIdle(id)
      const thread = currentThread(store.messages(id))
      const question = newMessage({
        chatId: id,
        parentId: thread.at(-1)?.id ?? null,
        role: 'user',
        content,
        status: 'complete',
        model: null,
      })
      const reply = newMessage({
        chatId: id,
        parentId: question.id,
        role: 'assistant',
        content: '',
        status: 'streaming',
        model,
      })
      store.insertMessages([question, reply])
      save(actor, {
        ...chat,
        title: chat.autoTitle && chat.title === '' ? titleOf(content) : chat.title,
        model,
        updatedAt: now(),
      })
      tell(id, { type: 'message', message: question })
      tell(id, { type: 'message', message: reply })
      answer(actor, [...thread, question], reply, model)
      return { question, answer: reply }
    },
    regenerate(actor, id, messageId, model) {
      const chat = find(actor, id)
      assertIdle(id)
      const messages = store.messages(id)
      const last = currentThread(messages).at(-1)
      if (!last || last.id !== messageId || last.role !== 'assistant' || last.parentId === null) {
        throw new AppError({ code: 'invalid_input', message: 'Only the last answer can be written again.' })
      }
      const reply = newMessage({
        chatId: id,
        parentId: last.parentId,
        role: 'assistant',
        content: '',
        status: 'streaming',
        model,
      })
      store.insertMessages([reply])
      save(actor, { ...chat, model, updatedAt: now() })
      const thread = threadTo(messages, last.parentId)
      tell(id, { type: 'snapshot', chat: find(actor, id), messages: [...thread, reply] })
      answer(actor, thread, reply, model)
      return reply
    },
    readAhead(actor, id, model) {
      if (id !== null && (answers.live(id) || !store.find(actor.ownerId, id))) return
      const thread = id === null ? [] : currentThread(store.messages(id))
      // The engine keeps what the next prompt begins with: all that stands before this question, which is not known yet.
      const messages: PromptMessage[] = [...toPrompt(thread), { role: 'user', content: '' }]
      readAhead(requestFor(actor, id ?? undefined, messages, model)).catch(() => {})
    },
    stop(actor, id) {
      find(actor, id)
      answers.stop(id)
    },
    async close() {
      clearInterval(purgeTimer)
      await answers.close()
    },
  }
}

function joinDeltas(last: ChatEvent, next: ChatEvent): ChatEvent | null {
  if (last.type === 'delta' && next.type === 'delta' && last.messageId === next.messageId) {
    return { ...last, text: last.text + next.text }
  }
  if (last.type === 'reasoning' && next.type === 'reasoning' && last.messageId === next.messageId) {
    return { ...last, text: last.text + next.text }
  }
  return last.type === 'progress' && next.type === 'progress' && last.messageId === next.messageId ? next : null
}
