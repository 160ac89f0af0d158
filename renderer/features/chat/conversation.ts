import type { Chat, Message } from '../../../shared/domain/chats.ts'

/** A whole chat as Markdown: the title, then each message under the name of who wrote it. */
export function conversationMarkdown(chat: Pick<Chat, 'title'>, messages: readonly Message[], you: string): string {
  const parts = messages
    .filter((message) => message.content !== '')
    .map((message) => `**${message.role === 'user' ? you : (message.model ?? 'Hearth')}**\n\n${message.content.trim()}`)
  return [...(chat.title === '' ? [] : [`# ${chat.title}`]), ...parts].join('\n\n') + '\n'
}
