import { DraftSequenceTokenPredictor, type Llama, type LlamaContext, type TokenPredictor } from 'node-llama-cpp'
import { AppError } from '../shared/domain/errors.ts'
import type { LoadOptions } from '../shared/process/engine.ts'
import { mapsFile } from './huge-pages.ts'
import { explainContextFailure, explainLoadFailure } from './load-errors.ts'
import { setModelSplit } from './native-addon.ts'

/** A small model of the same vocabulary that guesses what the large one will say. */
export interface Draft {
  /**
   * Guesses for one sequence: given to `getSequence` as `tokenPredictor`. There is one at a time; when others are
   * answered beside it, guessing costs more than it saves.
   */
  createTokenPredictor(): TokenPredictor
  dispose(): Promise<void>
}

/**
 * Loads a draft model beside the model of a context.
 *
 * @throws AppError `unsupported_parameter` when the vocabularies differ, and what loading throws
 */
export async function loadDraft(
  llama: Llama,
  options: LoadOptions,
  path: string,
  target: LlamaContext,
): Promise<Draft> {
  setModelSplit(llama, { mainGpu: null, tensorSplit: [], cpuExpertLayers: 0 })
  const useMmap = await mapsFile(options, path)
  const model = await llama.loadModel({ modelPath: path, useMmap }).catch(async (error: unknown) => {
    throw await explainLoadFailure(path, error, [])
  })
  const context = await model
    .createContext({
      contextSize: Math.min(target.contextSize, model.trainContextSize),
      batchSize: Math.min(options.batchSize, target.contextSize, model.trainContextSize),
      flashAttention: options.flashAttention ? 'auto' : false,
      threads: { ideal: options.decodeThreads, min: 1 },
      failedCreationRemedy: false,
    })
    .catch((error: unknown) => {
      throw explainContextFailure(error, [], target.contextSize)
    })
  try {
    refuseOtherVocabulary(target, context)
  } catch (cause) {
    await model.dispose()
    throw new AppError({
      code: 'unsupported_parameter',
      message: 'The draft model has another vocabulary than the model that it should guess for.',
      suggestion: 'Choose a smaller model of the same family as draft model, or none.',
      data: { parameter: 'draft', path },
      cause,
    })
  }
  const sequence = context.getSequence()
  return { createTokenPredictor: () => new DraftSequenceTokenPredictor(sequence), dispose: () => model.dispose() }
}

/** The library compares them only when the first answer begins, which would then fail. */
function refuseOtherVocabulary(target: LlamaContext, draft: LlamaContext): void {
  type Internals = { _ctx: { ensureDraftContextIsCompatibleForSpeculative(draft: unknown): void } }
  const [large, small] = [target, draft] as unknown as [Internals, Internals] // internal, the version is pinned
  large._ctx.ensureDraftContextIsCompatibleForSpeculative(small._ctx)
}
