import type { LlamaContextSequence, LlamaModel, SequenceEvaluateOptions, Token } from 'node-llama-cpp'

/** The addon's sampler. */
export interface Sampler {
  applyConfig(config: object): void
  dispose(): void
}

/** What of a sequence the engine uses beyond its documentation; the version is pinned, tests with a model cover it. */
export interface SequenceInternals {
  readonly _sequenceId: number
  readonly _context: {
    _ctx: {
      /** -1 where none can be chosen; with probabilities a token and what was made of them. */
      sampleToken(row: number, sampler: Sampler): Promise<number>
      sampleToken(row: number, sampler: Sampler, probabilities: true, confidence: false): Promise<[number, number[]?]>
    }
  }
  /** Tokens in the cache, and their number. */
  _contextTokens: Token[]
  _nextTokenIndex: number
  readonly _resolveSamplerConfig: (options: SequenceEvaluateOptions) => object
  readonly _takeIntervalCheckpointIfNeededAfterBatch: (length: number) => unknown
}

interface ModelInternals {
  readonly _llama: { _bindings: { AddonSampler: new (model: unknown) => Sampler } }
  readonly _model: unknown
}

/** A sampler of the addon; it is freed by `dispose`, or at the model's end. */
export function createSampler(model: LlamaModel): Sampler {
  const { _llama, _model } = model as unknown as ModelInternals // marked internal
  return new _llama._bindings.AddonSampler(_model)
}

export function internalsOf(sequence: LlamaContextSequence): SequenceInternals {
  return sequence as unknown as SequenceInternals // marked internal
}
