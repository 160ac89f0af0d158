import type { LlamaModel, SequenceEvaluateOptions, Token } from 'node-llama-cpp'
import { AppError } from '../../../shared/domain/errors.ts'
import type { Sampling } from '../../../shared/domain/generation.ts'
import { tokenBias } from './logit-bias.ts'

/** llama.cpp's own defaults (common.h, `common_params_sampling`). */
const defaults = { temperature: 0.8, topK: 40, topP: 0.95, minP: 0.05, repeatLastN: 64 } as const

/**
 * What `topK: 0` (every token) becomes. Sorting a vocabulary of 152k takes 11 ms a token, so many of them 2 ms; the
 * tokens beyond have less than a thousandth of the probability at usual temperatures.
 */
const everyToken = 4096
/** Tokens that penalties look back at most: they are copied for each token. */
const mostLastN = 65_536

/**
 * How the next token is chosen. `history` gives the last tokens of prompt and answer, newest last, for the repeat
 * penalties, which count both as llama.cpp does. DRY counts the answer alone: the addon's sampler never sees a prompt.
 *
 * @throws AppError `invalid_input` for what is no number or a logit bias that can't be obeyed
 */
export function samplingOptions(
  model: LlamaModel,
  sampling: Sampling,
  seed: number,
  history: (count: number) => Token[],
): SequenceEvaluateOptions {
  refuseNonsense(sampling)
  const bias = tokenBias(model, sampling.logitBias)
  return {
    temperature: sampling.temperature ?? defaults.temperature,
    topK: sampling.topK === 0 ? everyToken : (sampling.topK ?? defaults.topK),
    topP: sampling.topP ?? defaults.topP,
    minP: sampling.minP ?? defaults.minP,
    // llama.cpp takes 0xffffffff as "choose one yourself".
    seed: Math.min(seed, 0xfffffffe),
    ...penalties(sampling, history),
    ...dry(sampling),
    ...xtc(sampling),
    ...(bias === null ? {} : { tokenBias: bias }),
  }
}

function penalties(
  sampling: Sampling,
  history: (count: number) => Token[],
): Pick<SequenceEvaluateOptions, 'repeatPenalty'> {
  const { repeatPenalty = 1, frequencyPenalty = 0, presencePenalty = 0 } = sampling
  const repeatLastN = Math.min(sampling.repeatLastN ?? defaults.repeatLastN, mostLastN)
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

function dry(sampling: Sampling): Pick<SequenceEvaluateOptions, 'dryRepeatPenalty'> {
  const { dryMultiplier: strength = 0, dryPenaltyLastN = -1 } = sampling
  if (strength === 0 || dryPenaltyLastN === 0) return {}
  return {
    dryRepeatPenalty: {
      strength,
      base: sampling.dryBase ?? 1.75,
      allowedLength: sampling.dryAllowedLength ?? 2,
      lastTokens: dryPenaltyLastN === -1 ? null : Math.min(dryPenaltyLastN, mostLastN),
      sequenceBreakers: sampling.drySequenceBreakers ?? ['\n', ':', '"', '*'],
    },
  }
}

function xtc(sampling: Sampling): Pick<SequenceEvaluateOptions, 'xtc'> {
  const {
    xtcProbability: probability = 0,
    xtcThreshold: threshold = 0.1,
    temperature = defaults.temperature,
  } = sampling
  // The addon applies XTC even before the greedy choice; temperature 0 promises the likeliest token.
  if (probability === 0 || threshold > 0.5 || temperature === 0) return {}
  return { xtc: { probability, threshold } }
}

function refuseNonsense(sampling: Sampling): void {
  for (const [parameter, value] of Object.entries(sampling)) {
    if (typeof value !== 'number' || Number.isFinite(value)) continue
    throw new AppError({
      code: 'invalid_input',
      message: `${parameter} is not a number.`,
      suggestion: 'Send a finite number, or leave it out.',
      data: { parameter },
    })
  }
}
