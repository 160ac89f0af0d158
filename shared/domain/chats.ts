import { z } from 'zod'
import { ErrorInfo } from './errors.ts'
import { FinishReason, Timings, Usage } from './generation.ts'

export const Chat = z.object({
  id: z.string(),
  title: z.string(),
  /** True until the person names the chat; then the first question no longer renames it. */
  autoTitle: z.boolean(),
  /** Name of the model that answered last. */
  model: z.string().nullable(),
  /** Milliseconds since the epoch. */
  createdAt: z.number(),
  updatedAt: z.number(),
})
export type Chat = z.infer<typeof Chat>

export const MessageStatus = z.enum(['streaming', 'complete', 'stopped', 'failed'])
export type MessageStatus = z.infer<typeof MessageStatus>

export const Message = z.object({
  id: z.string(),
  chatId: z.string(),
  parentId: z.string().nullable(),
  role: z.enum(['user', 'assistant']),
  content: z.string(),
  /** What the model thought before it answered; null where it did not think aloud. */
  reasoning: z.string().nullable(),
  status: MessageStatus,
  error: ErrorInfo.nullable(),
  model: z.string().nullable(),
  /** Why it ended: `length` for an answer that reached its limit or the end of the context. Null before that. */
  finishReason: FinishReason.nullable(),
  usage: Usage.nullable(),
  timings: Timings.nullable(),
  droppedMessages: z.int(),
  createdAt: z.number(),
})
export type Message = z.infer<typeof Message>

/** Where a running answer stands before its first token. */
export const ChatProgress = z.discriminatedUnion('phase', [
  z.object({ phase: z.literal('queued'), position: z.int() }),
  z.object({ phase: z.literal('loading'), progress: z.number() }),
  z.object({ phase: z.literal('prefill'), done: z.int(), total: z.int() }),
])
export type ChatProgress = z.infer<typeof ChatProgress>

/** What someone who watches a chat is told: everything once, then what changes. */
export const ChatEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), chat: Chat, messages: z.array(Message) }),
  /** A message was added, or replaces the one with the same id. */
  z.object({ type: z.literal('message'), message: Message }),
  /** Text to append to a streaming message. */
  z.object({ type: z.literal('delta'), messageId: z.string(), text: z.string() }),
  /** Text to append to its thoughts. */
  z.object({ type: z.literal('reasoning'), messageId: z.string(), text: z.string() }),
  z.object({ type: z.literal('progress'), messageId: z.string(), progress: ChatProgress }),
  z.object({ type: z.literal('chat'), chat: Chat }),
  z.object({ type: z.literal('deleted') }),
])
export type ChatEvent = z.infer<typeof ChatEvent>

/** Characters of one message at most: far above any context, far below what would choke a database row. */
export const MAX_MESSAGE_CHARACTERS = 4_000_000
