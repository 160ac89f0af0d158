import type { PromptMessage, ToolDefinition } from '../../shared/domain/generation.ts'

/** What a chat template is given. A last message of the assistant without tool calls is continued. */
export interface Conversation {
  messages: readonly PromptMessage[]
  tools: readonly ToolDefinition[]
  /** `auto` leaves it to the model, which means thinking where a template knows of it. */
  reasoning: 'auto' | 'on' | 'off'
}

/** The words of the template's model, and of its file, that a template may ask for. */
export interface TemplateTokens {
  bos: string
  eos: string
}

/** Text that a template made of a conversation. */
export interface Rendering {
  text: string
  /** Where the answer's opening begins, in characters of the text. */
  openingAt: number
}
