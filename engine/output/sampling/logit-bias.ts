import { TokenBias, type LlamaModel, type Token } from 'node-llama-cpp'
import { AppError } from '../../../shared/domain/errors.ts'
import type { Sampling } from '../../../shared/domain/generation.ts'
import { vocabularySize } from '../../vocabulary.ts'

/**
 * Logits that are added to those of the model, also on the tokens that end an answer; null for none.
 *
 * @throws AppError `invalid_input` for what is no token of this model
 */
export function tokenBias(model: LlamaModel, logitBias: Sampling['logitBias']): TokenBias | null {
  const entries = Object.entries(logitBias ?? {})
  if (entries.length === 0) return null
  const bias = TokenBias.for(model)
  for (const [key, logit] of entries) {
    const token = parseToken(model, key)
    if (model.isEogToken(token)) biasesOf(bias).set(token, logit)
    else bias.set(token, { logit })
  }
  return bias
}

/** `TokenBias.set` passes over the tokens that end an answer in silence; its table takes them. */
function biasesOf(bias: TokenBias): Map<Token, number> {
  const { _biases: table } = bias as unknown as { _biases: unknown } // internal, read in the pinned version
  if (table instanceof Map) return table
  throw new AppError({
    code: 'unsupported_parameter',
    message: 'A bias on the token that ends the answer is not supported.',
    suggestion: 'Leave this token out of the logit bias.',
    data: { parameter: 'logitBias' },
  })
}

function parseToken(model: LlamaModel, key: string): Token {
  const id = Number(key)
  if (/^\d{1,9}$/.test(key) && id < vocabularySize(model)) return id as Token // the brand only marks a checked id
  throw new AppError({
    code: 'invalid_input',
    message: `${key.slice(0, 40)} in the logit bias is no token of this model.`,
    suggestion: 'Use token numbers of this model.',
    data: { parameter: 'logitBias' },
  })
}
