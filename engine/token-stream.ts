import type {
  LlamaContextSequence,
  SequenceEvaluateMetadataOptions,
  SequenceEvaluateOptions,
  Token,
} from 'node-llama-cpp'
import { type DecodeQueue, usualPriority } from './decode-queue.ts'
import { createSampler, internalsOf, type Sampler, type SequenceInternals } from './sequence-internals.ts'

/** A chosen token, with the probabilities of some where they were asked for. */
export interface ChosenToken {
  token: Token
  probabilities?: ReadonlyMap<Token, number>
}

/** Writes token by token into one sequence. */
export interface TokenStream {
  /** Computes tokens and chooses the one that follows; null where the model ends its text. */
  next(tokens: Token[]): Promise<ChosenToken | null>
  end(): Promise<void>
}

/**
 * The stream of a sequence. `next` rejects with what computing or choosing failed with; nobody else may use the
 * sequence meanwhile.
 */
export function createTokenStream(
  queue: DecodeQueue,
  sequence: LlamaContextSequence,
  metadata: SequenceEvaluateMetadataOptions,
  options: SequenceEvaluateOptions,
): TokenStream {
  return sequence.tokenPredictor === undefined
    ? plainStream(queue, sequence, metadata, options)
    : guessingStream(sequence, metadata, options)
}

/**
 * As `sequence.evaluateWithMetadata`, which for each token takes locks, makes closures and tells the sampler everything
 * anew. That and the library's queue took a third of the 0.6 ms that the main thread worked for a token.
 */
function plainStream(
  queue: DecodeQueue,
  sequence: LlamaContextSequence,
  metadata: SequenceEvaluateMetadataOptions,
  options: SequenceEvaluateOptions,
): TokenStream {
  const internals = internalsOf(sequence)
  const { model } = sequence
  const addon = internals._context._ctx
  const sampler = createSampler(model)
  const configure = configurer(internals, sampler, options)
  const afterStep = sequence.needsCheckpoints ? internals._takeIntervalCheckpointIfNeededAfterBatch : undefined

  /** What was computed is in the cache, even when nothing can be chosen after it. */
  function hold(tokens: readonly Token[]): void {
    internals._nextTokenIndex += tokens.length
    for (const token of tokens) internals._contextTokens.push(token)
  }

  async function choose(row: number): Promise<ChosenToken> {
    configure()
    if (metadata.probabilities === true) return chosen(...(await addon.sampleToken(row, sampler, true, false)))
    return chosen(await addon.sampleToken(row, sampler))
  }

  return {
    async next(tokens) {
      const [step] = await queue.compute({
        sequence: internals._sequenceId,
        depth: internals._nextTokenIndex,
        tokens,
        outputs: [tokens.length - 1],
        priority: options.evaluationPriority ?? usualPriority,
        choose: (row) => {
          hold(tokens)
          return choose(row)
        },
        afterStep,
      })
      return step === undefined || model.isEogToken(step.token) ? null : step
    },
    async end() {
      sampler.dispose()
    },
  }
}

/** Tells the sampler what it needs for the next token: once, unless it depends on the tokens before. */
function configurer(internals: SequenceInternals, sampler: Sampler, options: SequenceEvaluateOptions): () => void {
  const changes = options.grammarEvaluationState !== undefined || options.repeatPenalty !== undefined
  let isConfigured = false
  return () => {
    if (isConfigured && !changes) return
    sampler.applyConfig(internals._resolveSamplerConfig(options))
    isConfigured = true
  }
}

/** @param probabilities tokens, each with its probability after it */
function chosen(token: number, probabilities?: readonly number[]): ChosenToken {
  if (token === -1) throw new Error('No token can be chosen.')
  const step: ChosenToken = { token: token as Token } // its brand is the library's
  if (probabilities === undefined) return step
  const known = new Map<Token, number>()
  for (let at = 0; at + 1 < probabilities.length; at += 2) {
    known.set(probabilities[at] as Token, probabilities[at + 1] ?? 0) // as above
  }
  return { ...step, probabilities: known }
}

/** A draft model guesses ahead; the library checks its guesses. */
function guessingStream(
  sequence: LlamaContextSequence,
  metadata: SequenceEvaluateMetadataOptions,
  options: SequenceEvaluateOptions,
): TokenStream {
  let steps: ReturnType<LlamaContextSequence['evaluateWithMetadata']> | null = null
  return {
    async next(tokens) {
      steps ??= sequence.evaluateWithMetadata(tokens, metadata, options)
      const { done, value } = await steps.next(tokens)
      return done === true ? null : value
    },
    async end() {
      await steps?.return()
    },
  }
}
