import type { Message } from '../../shared/domain/chats.ts'
import type { PromptMessage } from '../../shared/domain/generation.ts'

/** The branch that a person sees: the newest message and its ancestors, oldest first. */
export function currentThread(messages: readonly Message[]): Message[] {
  const newest = messages.at(-1)
  return newest ? threadTo(messages, newest.id) : []
}

/** One message and its ancestors, oldest first. `messages` is in the order of creation. */
export function threadTo(messages: readonly Message[], id: string): Message[] {
  const byId = new Map(messages.map((message) => [message.id, message]))
  const thread: Message[] = []
  for (
    let message = byId.get(id);
    message;
    message = message.parentId === null ? undefined : byId.get(message.parentId)
  ) {
    thread.push(message)
  }
  return thread.toReversed()
}

/** What the model is given of a thread: an answer that failed before its first word would only confuse it. */
export function toPrompt(thread: readonly Message[]): PromptMessage[] {
  return thread.filter((message) => message.content !== '').map(({ role, content }) => ({ role, content }))
}

const MAX_TITLE_CHARACTERS = 60

/** A title made of the first words of a question. */
export function titleOf(question: string): string {
  const line = question.trim().split('\n', 1)[0]?.slice(0, 500).replaceAll(/\s+/g, ' ').trim() ?? ''
  const characters = [...line]
  if (characters.length <= MAX_TITLE_CHARACTERS) return line
  const cut = characters.slice(0, MAX_TITLE_CHARACTERS).join('')
  const lastSpace = cut.lastIndexOf(' ')
  return `${(lastSpace > MAX_TITLE_CHARACTERS / 2 ? cut.slice(0, lastSpace) : cut).trimEnd()}…`
}
