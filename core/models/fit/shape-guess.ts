import type { ModelShape } from '../../../shared/domain/models.ts'

/** About 4.8 bits for each: what most files have whose size alone is known. */
const bytesPerParameter = 0.6
/** A usual 8B model: 32 layers, 8 KV heads of 128 values. */
const reference = { parameters: 8e9, layers: 32, embeddingLength: 4096, kvValuesPerToken: 65_536 }
const vocabularySize = 128_000
const queriesPerKv = 4

/** Parameters of a model whose size alone is known. */
export function guessParameters(sizeBytes: number): number {
  return sizeBytes / bytesPerParameter
}

/**
 * The shape that a dense model of so many parameters usually has. Exponents fitted to the published shapes of SmolLM2
 * 135M, Qwen 2.5 and 3, and Llama 3 from 1B to 70B; single models differ from it by a factor of three.
 */
export function guessShape(parameters: number): ModelShape {
  const growth = Math.max(parameters, 1e6) / reference.parameters
  return {
    layers: Math.max(4, Math.round(reference.layers * growth ** 0.3)),
    embeddingLength: Math.round(reference.embeddingLength * growth ** 0.33),
    vocabularySize,
    kvValuesPerToken: Math.round(reference.kvValuesPerToken * growth ** 0.42),
    slidingKvValuesPerToken: 0,
    slidingWindow: 0,
    recurrentBytes: 0,
    experts: null,
    expertsUsed: null,
    activeParameters: null,
    queriesPerKv,
  }
}
