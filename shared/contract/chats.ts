import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { Chat, ChatEvent, MAX_MESSAGE_CHARACTERS, Message } from '../domain/chats.ts'
import { remote } from './base.ts'

const id = z.object({ id: z.string() })

export const chats = {
  /** The list, newest first: once at the start and again after each change. */
  watchList: remote.output(eventIterator(z.array(Chat))),
  /** One chat: a snapshot, then what changes. Leaving does not stop an answer. */
  watch: remote.input(id).output(eventIterator(ChatEvent)),
  create: remote.input(z.object({ model: z.string().optional() })).output(Chat),
  rename: remote.input(z.object({ id: z.string(), title: z.string().trim().min(1).max(200) })).output(Chat),
  /** Hidden at once, erased for good later; `restore` undoes it until then. */
  remove: remote.input(id).output(z.void()),
  restore: remote.input(id).output(Chat),
  /** Saves the person's message and starts the answer, which lives in the core and outlives the caller. */
  send: remote
    .input(
      z.object({
        id: z.string(),
        content: z.string().max(MAX_MESSAGE_CHARACTERS),
        model: z.string(),
      }),
    )
    .output(z.object({ question: Message, answer: Message })),
  /** Someone types: what is certain to be asked is read already. Costs nothing that anyone waits for; may do nothing. */
  readAhead: remote.input(z.object({ id: z.string().nullable(), model: z.string() })).output(z.void()),
  /** Answers the question of an answer again; the older answer stays stored beside the new one. */
  regenerate: remote.input(z.object({ id: z.string(), messageId: z.string(), model: z.string() })).output(Message),
  /** Stops the running answer of a chat; what arrived is kept. */
  stop: remote.input(id).output(z.void()),
}
