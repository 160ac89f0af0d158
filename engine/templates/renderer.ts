import type { ChatTemplateSource } from '../../shared/domain/models.ts'
import type { CompiledTemplate, TemplateAbilities } from './compiled.ts'
import { renderOpen } from './continue-answer.ts'
import type { Conversation, TemplateTokens } from './conversation.ts'
import { compileGo } from './go/go-template.ts'
import { createGuardedRender, type GuardedRendering } from './guard.ts'
import { compileJinja } from './jinja/jinja-template.ts'

/** A template, and what of the model it needs. */
export interface RendererSetup {
  source: ChatTemplateSource
  tokens: TemplateTokens
  /** Texts of the model's control tokens. */
  controls: string[]
}

export type RendererRequest = { type: 'abilities' } | { type: 'render'; conversation: Conversation }

/** `failed` says what is wrong, in the template's own words where it has some. */
export type RendererAnswer =
  | { type: 'abilities'; abilities: TemplateAbilities }
  | { type: 'rendered'; rendering: GuardedRendering }
  | { type: 'failed'; at: 'template' | 'conversation'; detail: string }

/** Answers requests of one template; the same in its own thread and in this one. Never throws, reads it when asked. */
export function createRenderer(setup: RendererSetup): (request: RendererRequest) => RendererAnswer {
  let compiled: Compiled | undefined
  return (request) => {
    compiled ??= compileSafely(setup)
    if ('detail' in compiled) return { type: 'failed', at: 'template', detail: compiled.detail }
    try {
      if (request.type === 'abilities') return { type: 'abilities', abilities: compiled.template.abilities() }
      return { type: 'rendered', rendering: compiled.render(request.conversation) }
    } catch (error) {
      return { type: 'failed', at: 'conversation', detail: wordsOf(error) }
    }
  }
}

type Compiled =
  | { template: CompiledTemplate; render: (conversation: Conversation) => GuardedRendering }
  | { detail: string }

function compileSafely({ source, tokens, controls }: RendererSetup): Compiled {
  try {
    const template = compile(source, tokens)
    return { template, render: createGuardedRender((conversation) => renderOpen(template, conversation), controls) }
  } catch (error) {
    return { detail: wordsOf(error) }
  }
}

function compile(source: ChatTemplateSource, tokens: TemplateTokens): CompiledTemplate {
  if (source.text.trim() === '') throw new Error('it is empty')
  const now = () => new Date()
  return source.language === 'go' ? compileGo(source.text, now) : compileJinja(source.text, tokens, now)
}

function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500)
}
