import type { GenerationRequestInput } from '../../shared/domain/generation.ts'
import type { EnginePool } from '../engines/pool.ts'
import type { Library } from '../models/library.ts'
import { assertCanAnswer, parseRequest, toEngineRequest } from './engine-request.ts'

/** What becomes of text before and behind a model. Each loads the model where needed and throws an AppError. */
export interface ModelText {
  /** @param special whether `<|im_end|>` and its like are read as the tokens that they name */
  tokenize(model: string, text: string, special: boolean, signal?: AbortSignal): Promise<number[]>
  detokenize(model: string, tokens: number[], signal?: AbortSignal): Promise<string>
  /** The conversation as the template makes it, and its length in tokens. */
  render(request: GenerationRequestInput, signal?: AbortSignal): Promise<{ text: string; tokens: number }>
}

interface Deps {
  library: Pick<Library, 'get'>
  pool: Pick<EnginePool, 'tokenize' | 'detokenize' | 'render'>
}

export function createModelText({ library, pool }: Deps): ModelText {
  const never = () => new AbortController().signal
  return {
    tokenize: async (model, text, special, signal = never()) =>
      pool.tokenize(library.get(model), text, special, signal),
    detokenize: async (model, tokens, signal = never()) => pool.detokenize(library.get(model), tokens, signal),
    async render(input, signal = never()) {
      const request = parseRequest(input)
      const model = library.get(request.model)
      assertCanAnswer(model, request)
      return pool.render(model, toEngineRequest(request, model, 0), signal)
    },
  }
}
