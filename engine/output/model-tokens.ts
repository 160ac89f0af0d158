import {
  LlamaGrammar,
  LlamaGrammarEvaluationState,
  LlamaVocabularyType,
  type LlamaModel,
  type Token,
} from 'node-llama-cpp'
import { AppError } from '../../shared/domain/errors.ts'

/** A grammar that was compiled and may be begun. */
export interface CompiledGrammar {
  /**
   * A state in which `written` has been taken already; null when the grammar does not take it. Text is whole
   * characters.
   */
  begin(written: string): LlamaGrammarEvaluationState | null
}

/** What an answer needs to know of its model's tokens. */
export interface ModelTokens {
  /** Text of tokens that are no control tokens; bytes that are no whole character come out as U+FFFD. */
  detokenize(tokens: readonly Token[], before: readonly Token[]): string
  /** The text of a control token; null for all others. */
  controlText(token: Token): string | null
  /** Tokens of a text, control tokens included. */
  tokenize(text: string): Token[]
  /** @throws AppError `constraint_invalid` for what llama.cpp does not read */
  compile(grammar: string, root: string): CompiledGrammar
}

interface GrammarInternals {
  _bindings: { AddonSampler: { acceptGrammarEvaluationStateToken(state: unknown, token: Token): void } }
}

export function modelTokens(model: LlamaModel): ModelTokens {
  // Byte-level BPE has no leading space to decide about, and half the calls are saved.
  const independent = model.vocabularyType === LlamaVocabularyType.bpe
  return {
    detokenize: (tokens, before) => model.detokenize(tokens, false, independent ? undefined : before),
    controlText: (token) => (model.getTokenAttributes(token).control ? model.detokenize([token], true) : null),
    tokenize: (text) => model.tokenize(text, true, 'trimLeadingSpace'),
    compile: (grammar, root) => compile(model, grammar, root),
  }
}

function compile(model: LlamaModel, grammar: string, root: string): CompiledGrammar {
  const { AddonSampler } = (model.llama as unknown as GrammarInternals)._bindings // internal, read in the pinned version
  const compiled = createGrammar(model, grammar, root)
  return {
    begin(written) {
      const state = new LlamaGrammarEvaluationState({ model, grammar: compiled })
      if (written === '') return state
      const tokens = model.tokenize(written, false, 'trimLeadingSpace')
      if (model.detokenize(tokens) !== written) return null
      const { _state } = state as unknown as { _state: unknown } // internal, as above
      try {
        for (const token of tokens) AddonSampler.acceptGrammarEvaluationStateToken(_state, token)
      } catch {
        return null
      }
      return state
    },
  }
}

function createGrammar(model: LlamaModel, grammar: string, rootRuleName: string): LlamaGrammar {
  try {
    // The factory of `Llama` is this constructor in a promise, and here nothing may wait.
    return new LlamaGrammar(model.llama, { grammar, rootRuleName })
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    throw new AppError({
      code: 'constraint_invalid',
      message: `The form for the answer can't be used: llama.cpp says "${detail}"`,
      suggestion: 'Make the grammar or schema simpler.',
      data: { where: 'grammar', detail },
      cause: error,
    })
  }
}
