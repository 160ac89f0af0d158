import type { LlamaModel, Token } from 'node-llama-cpp'
import { AppError } from '../shared/domain/errors.ts'
import { withBos } from './templates/tokenize-rendering.ts'

/** The parts of a model that filling in needs. */
export type InfillModel = Pick<LlamaModel, 'tokens' | 'tokenize'>

/**
 * The prompt that asks for what belongs between two texts. Models with a token for the middle read the prefix first;
 * those without one (Codestral) read the suffix first, so that the text goes on where it ends. What people wrote never
 * becomes a control token.
 *
 * @throws AppError `unsupported_parameter` naming `infill` for a model that has no tokens for it
 */
export function infillTokens(model: InfillModel, { prefix, suffix }: { prefix: string; suffix: string }): Token[] {
  const { infill } = model.tokens
  if (infill.prefix === null || infill.suffix === null) {
    throw new AppError({
      code: 'unsupported_parameter',
      message: 'This model was not trained to fill in between a prefix and a suffix.',
      suggestion: 'Choose a model for code that can, or send a prompt without a suffix.',
      data: { parameter: 'infill' },
    })
  }
  const before = [infill.prefix, ...textTokens(model, prefix)]
  const after = [infill.suffix, ...textTokens(model, suffix)]
  return withBos(model, infill.middle === null ? [...after, ...before] : [...before, ...after, infill.middle])
}

/** A word at the beginning of a text after a control token gets no space of its own. */
function textTokens(model: InfillModel, text: string): Token[] {
  return text === '' ? [] : model.tokenize(text, false, 'trimLeadingSpace')
}
