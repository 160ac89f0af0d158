import { setImmediate } from 'node:timers/promises'
import type { LlamaModel, Token } from 'node-llama-cpp'
import { AppError } from '../shared/domain/errors.ts'
import type { EngineRequest } from '../shared/process/engine.ts'
import { countTokens } from './count-tokens.ts'
import { vocabularySize } from './sampling.ts'
import { tokenizePrompt, type ChatTemplate } from './template.ts'
import { contextOverflow, fitMessages } from './truncate.ts'

/** Room for the answer that dropping old messages makes, unless the request asks for less. */
const usualAnswerTokens = 512

/** The tokens that the model is really given. */
export interface Prompt {
  tokens: Token[]
  droppedMessages: number
}

/**
 * Renders and tokenizes the input of a request, with bounded work and without blocking the event loop for long.
 *
 * @throws AppError `context_overflow`, `invalid_input`
 */
export async function preparePrompt(
  model: LlamaModel,
  template: ChatTemplate,
  request: EngineRequest,
  contextLength: number,
): Promise<Prompt> {
  const promptLimit = contextLength - 1
  const count = (text: string, limit: number) =>
    countTokens(
      text,
      limit,
      (slice) => model.tokenize(slice).length,
      () => setImmediate(),
    )
  switch (request.input.kind) {
    case 'messages': {
      const answerTokens = Math.min(
        request.maxTokens ?? usualAnswerTokens,
        usualAnswerTokens,
        Math.floor(contextLength / 4),
      )
      const skipReasoning = request.reasoning.mode === 'off' && template.canSkipReasoning
      return fitMessages(
        request.input.messages,
        { promptLimit, contextLength, answerTokens, truncate: request.truncate },
        { count, render: (messages) => template.render(messages, skipReasoning) },
      )
    }
    case 'prompt': {
      const { tokens, over } = await count(request.input.prompt, promptLimit)
      if (over) throw contextOverflow(tokens, contextLength)
      return whole(tokenizePrompt(model, request.input.prompt), contextLength)
    }
    case 'tokens': {
      const size = vocabularySize(model)
      if (request.input.tokens.some((token) => token >= size)) {
        throw new AppError({
          code: 'invalid_input',
          message: 'The prompt contains numbers that are no tokens of this model.',
          suggestion: `Send token numbers below ${size}, or send text.`,
        })
      }
      return whole(request.input.tokens as Token[], contextLength) // the brand only marks checked ids
    }
    case 'infill':
      throw new AppError({
        code: 'unsupported_parameter',
        message: 'Filling in code between a prefix and a suffix is not supported yet.',
        suggestion: 'Send a prompt or messages.',
        data: { parameter: 'infill' },
      })
  }
}

function whole(tokens: Token[], contextLength: number): Prompt {
  if (tokens.length >= contextLength) throw contextOverflow(tokens.length, contextLength)
  if (tokens.length === 0) {
    throw new AppError({
      code: 'invalid_input',
      message: 'The prompt is empty.',
      suggestion: 'Write something to begin with.',
    })
  }
  return { tokens, droppedMessages: 0 }
}
