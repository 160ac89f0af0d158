import type { PromptMessage } from '../../shared/domain/generation.ts'
import type { CompiledTemplate } from './compiled.ts'
import type { Conversation, Rendering } from './conversation.ts'

/** Tags that open thinking at the end of a text, and what closes each. */
const thinkingTags: readonly [open: RegExp, close: string][] = [
  [/<think>\s*$/, '</think>'],
  [/<thinking>\s*$/, '</thinking>'],
  [/<thought>\s*$/, '</thought>'],
  [/<reasoning>\s*$/, '</reasoning>'],
  [/<seed:think>\s*$/, '</seed:think>'],
  [/\[THINK\]\s*$/, '[/THINK]'],
]

/**
 * Renders a conversation so that the answer can begin. A last message of the assistant is the beginning of the answer:
 * it stands behind the words that open one, as it is, and is not closed.
 */
export function renderOpen(template: Pick<CompiledTemplate, 'render'>, conversation: Conversation): Rendering {
  const last = conversation.messages.at(-1)
  if (!isUnfinished(last)) return template.render(conversation)
  const { text, openingAt } = template.render({ ...conversation, messages: conversation.messages.slice(0, -1) })
  return { text: text + begunAnswer(text, last), openingAt }
}

function begunAnswer(opened: string, { content, reasoning = '' }: PromptMessage): string {
  const close = thinkingTags.find(([open]) => open.test(opened))?.[1]
  if (close !== undefined) {
    if (content === '') return reasoning
    return reasoning === '' ? `${close}\n\n${content}` : `${reasoning}\n${close}\n\n${content}`
  }
  if (reasoning === '') return content
  return content === '' ? `<think>\n${reasoning}` : `<think>\n${reasoning}\n</think>\n\n${content}`
}

function isUnfinished(message: PromptMessage | undefined): message is PromptMessage {
  return message?.role === 'assistant' && (message.toolCalls?.length ?? 0) === 0
}
