import { setImmediate } from 'node:timers/promises'
import type { LlamaModel, Token } from 'node-llama-cpp'
import { AppError } from '../shared/domain/errors.ts'
import type { ToolDefinition } from '../shared/domain/generation.ts'
import type { EngineRequest } from '../shared/process/engine.ts'
import { countTokens } from './count-tokens.ts'
import { infillTokens } from './infill.ts'
import { vocabularySize } from './vocabulary.ts'
import type { ChatTemplate } from './templates/template.ts'
import { tokenizePrompt } from './templates/tokenize-rendering.ts'
import { contextOverflow, fitMessages } from './truncate.ts'

/** Room for the answer that dropping old messages makes, unless the request asks for less. */
const usualAnswerTokens = 512

/** What of a request decides about its prompt. */
export type Prompted = Pick<EngineRequest, 'input' | 'truncate' | 'maxTokens' | 'reasoning'> & {
  tools: readonly ToolDefinition[]
}

/** The tokens that the model is really given. */
export interface Prompt {
  tokens: Token[]
  droppedMessages: number
  /** How the template opens the answer; empty where there is no template. */
  opening: string
  /** Null where the prompt was given as tokens. */
  text: string | null
}

/**
 * Renders and tokenizes the input of a request, with bounded work and without blocking the event loop for long.
 *
 * @throws AppError `context_overflow`, `invalid_input`, `unsupported_parameter`
 */
export async function preparePrompt(
  model: LlamaModel,
  template: Pick<ChatTemplate, 'render'>,
  prompted: Prompted,
  contextLength: number,
  signal?: AbortSignal,
): Promise<Prompt> {
  const { input } = prompted
  const promptLimit = contextLength - 1
  const count = (text: string, limit: number) =>
    countTokens(
      text,
      limit,
      (slice) => model.tokenize(slice).length,
      async () => {
        await setImmediate()
        signal?.throwIfAborted()
      },
    )
  switch (input.kind) {
    case 'messages': {
      const answerTokens = Math.min(
        prompted.maxTokens ?? usualAnswerTokens,
        usualAnswerTokens,
        Math.floor(contextLength / 4),
      )
      const { tools, truncate } = prompted
      const reasoning = prompted.reasoning.mode
      const { rendered, droppedMessages } = await fitMessages(
        input.messages,
        { promptLimit, contextLength, answerTokens, truncate },
        { count, render: (messages) => template.render({ messages, tools, reasoning }, signal) },
      )
      if (rendered.tokens.length === 0) throw emptyPrompt()
      return { tokens: rendered.tokens, droppedMessages, opening: rendered.opening, text: rendered.text }
    }
    case 'prompt': {
      const { tokens, over } = await count(input.prompt, promptLimit)
      if (over) throw contextOverflow(tokens, contextLength)
      return whole(tokenizePrompt(model, input.prompt), contextLength, input.prompt)
    }
    case 'tokens': {
      const size = vocabularySize(model)
      if (input.tokens.some((token) => token >= size)) {
        throw new AppError({
          code: 'invalid_input',
          message: 'The prompt contains numbers that are no tokens of this model.',
          suggestion: `Send token numbers below ${size}, or send text.`,
        })
      }
      return whole(input.tokens as Token[], contextLength, null) // the brand only marks checked ids
    }
    case 'infill': {
      const { tokens, over } = await count(input.prefix + input.suffix, promptLimit)
      if (over) throw contextOverflow(tokens, contextLength)
      return whole(infillTokens(model, input), contextLength, input.prefix)
    }
  }
}

function whole(tokens: Token[], contextLength: number, text: string | null): Prompt {
  if (tokens.length >= contextLength) throw contextOverflow(tokens.length, contextLength)
  if (tokens.length === 0) throw emptyPrompt()
  return { tokens, droppedMessages: 0, opening: '', text }
}

function emptyPrompt(): AppError {
  return new AppError({
    code: 'invalid_input',
    message: 'The prompt is empty.',
    suggestion: 'Write something to begin with.',
  })
}
