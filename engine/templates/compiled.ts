import type { Conversation, Rendering } from './conversation.ts'

/** A template that was understood and can be rendered. */
export interface CompiledTemplate {
  /** Looks at what it knows by trying; takes a few ms. */
  abilities(): TemplateAbilities
  /** @throws what the template says against the conversation */
  render(conversation: Conversation): Rendering
}

export interface TemplateAbilities {
  /** It can be told not to think. */
  canSkipReasoning: boolean
  /** It knows of thinking at all. */
  mayReason: boolean
  /** It tells the model of tools, and renders calls and their results. */
  knowsTools: boolean
}
