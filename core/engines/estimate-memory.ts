import type { Model } from '../../shared/domain/models.ts'

/** A process of ours without a model, measured on Linux x64; bytes. */
const PROCESS_BYTES = 150_000_000
/** SmolLM2 135M: 30 layers × 3 KV heads × 64 values × (key and value) × 2 bytes. */
const REFERENCE_KV_BYTES_PER_TOKEN = 23_040
const REFERENCE_PARAMETERS = 135e6

/**
 * About how many bytes a model takes in memory: weights, KV cache of every slot, and the process itself. A coarse
 * estimate from the size alone: KV per token grows about with the square root of the parameters.
 */
export function estimateMemory(
  model: Pick<Model, 'sizeBytes' | 'facts'>,
  contextLength: number,
  slots: number,
): number {
  const growth = Math.sqrt(Math.max(1, model.facts.parameters / REFERENCE_PARAMETERS))
  const kv = model.facts.kind === 'embedding' ? 0 : REFERENCE_KV_BYTES_PER_TOKEN * growth * contextLength * slots
  return Math.round(model.sizeBytes + kv + PROCESS_BYTES)
}
