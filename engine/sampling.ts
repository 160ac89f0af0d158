import { TokenBias, type LlamaModel, type SequenceEvaluateOptions, type Token } from 'node-llama-cpp'
import { AppError } from '../shared/domain/errors.ts'
import type { Sampling } from '../shared/domain/generation.ts'

/** llama.cpp's own defaults (common.h, `common_params_sampling`). */
const defaults = { temperature: 0.8, topK: 40, topP: 0.95, minP: 0.05, repeatLastN: 64 } as const

/**
 * How the next token is chosen. `history` gives the last tokens of prompt and answer, newest last, for the penalties,
 * which count both as llama.cpp does.
 *
 * @throws AppError `invalid_input` or `unsupported_parameter` for a logit bias that can't be obeyed
 */
export function samplingOptions(
  model: LlamaModel,
  sampling: Sampling,
  seed: number,
  contextLength: number,
  history: (count: number) => Token[],
): SequenceEvaluateOptions {
  const bias = tokenBias(model, sampling.logitBias)
  return {
    temperature: sampling.temperature ?? defaults.temperature,
    topK: sampling.topK ?? defaults.topK,
    topP: sampling.topP ?? defaults.topP,
    minP: sampling.minP ?? defaults.minP,
    // llama.cpp takes 0xffffffff as "choose one yourself".
    seed: Math.min(seed, 0xfffffffe),
    ...penalties(sampling, contextLength, history),
    ...(bias === null ? {} : { tokenBias: bias }),
  }
}

function penalties(
  sampling: Sampling,
  contextLength: number,
  history: (count: number) => Token[],
): Pick<SequenceEvaluateOptions, 'repeatPenalty'> {
  const { repeatPenalty = 1, frequencyPenalty = 0, presencePenalty = 0 } = sampling
  // The sampler allocates this many at once.
  const repeatLastN = Math.min(sampling.repeatLastN ?? defaults.repeatLastN, contextLength)
  if (repeatLastN === 0 || (repeatPenalty === 1 && frequencyPenalty === 0 && presencePenalty === 0)) return {}
  return {
    repeatPenalty: {
      penalty: repeatPenalty,
      frequencyPenalty,
      presencePenalty,
      maxPunishTokens: repeatLastN,
      punishTokens: () => history(repeatLastN),
    },
  }
}

function tokenBias(model: LlamaModel, logitBias: Sampling['logitBias']): TokenBias | null {
  const entries = Object.entries(logitBias ?? {})
  if (entries.length === 0) return null
  const bias = TokenBias.for(model)
  for (const [key, logit] of entries) {
    const token = parseToken(model, key)
    // TokenBias passes over these in silence.
    if (model.isEogToken(token)) {
      throw new AppError({
        code: 'unsupported_parameter',
        message: 'A bias on the token that ends the answer is not supported.',
        suggestion: `Leave token ${key} out of the logit bias.`,
        data: { parameter: 'logitBias', token: key },
      })
    }
    bias.set(token, { logit })
  }
  return bias
}

function parseToken(model: LlamaModel, key: string): Token {
  const id = Number(key)
  if (/^\d+$/.test(key) && id < vocabularySize(model)) return id as Token // the brand only marks a checked id
  throw new AppError({
    code: 'invalid_input',
    message: `${key.slice(0, 40)} in the logit bias is no token of this model.`,
    suggestion: 'Use token numbers of this model.',
    data: { parameter: 'logitBias' },
  })
}

/** How many tokens the model knows; their numbers begin at 0. */
export function vocabularySize(model: LlamaModel): number {
  return model.fileInfo.metadata.tokenizer?.ggml?.tokens?.length ?? 0
}
