import type { LlamaContextSequence, SequenceEvaluateOptions, Token } from 'node-llama-cpp'

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
  readonly model: { _llama: { _bindings: { AddonSampler: new (model: unknown) => Sampler } }; _model: unknown }
  /** Tokens in the cache, and their number. */
  _contextTokens: Token[]
  _nextTokenIndex: number
  readonly _resolveSamplerConfig: (options: SequenceEvaluateOptions) => object
  readonly _takeIntervalCheckpointIfNeededAfterBatch: (length: number) => unknown
}

export function internalsOf(sequence: LlamaContextSequence): SequenceInternals {
  return sequence as unknown as SequenceInternals // marked internal
}
