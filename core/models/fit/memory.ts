import type { MemoryNeed } from '../../../shared/domain/fit.ts'
import type { Backend } from '../../../shared/domain/hardware.ts'
import type { KvType, Model, ModelShape } from '../../../shared/domain/models.ts'
import { guessParameters, guessShape } from './shape-guess.ts'

/** What a load takes, as far as memory is concerned. */
export interface MemoryPlan {
  sizeBytes: number
  shape: ModelShape | null
  /** Null when unknown: guessed from the size. */
  parameters: number | null
  kind: 'chat' | 'embedding'
  /** Tokens of each slot. */
  contextLength: number
  slots: number
  kvType: KvType
  backend: Backend
  /** Layers on the GPU, the output layer counted; more than there are means all. */
  gpuLayers: number
  /** Tokens of one native batch; absent: what the backend takes unless it was tuned. */
  batchSize?: number | undefined
  /** Weights that are loaded beside it: adapters, a draft model. */
  extraBytes?: number | undefined
}

/** Bytes of a value in the KV cache: blocks of 32 with a scale (ggml-common.h). */
const kvBytes: Readonly<Record<KvType, number>> = { f16: 2, q8_0: 34 / 32, q4_0: 18 / 32 }
/** llama.cpp rounds the cells of a sequence up. */
const cellsStep = 256
/** Tokens of one native batch until it was measured which suits. */
const batchTokens = { cpu: 256, gpu: 512 } as const
/** Node, the native libraries, and what they hold without a model; measured on Linux x64 (docs/fit.md). */
const processBytes = 130e6
/** Buffers of a GPU driver in our own memory. */
const gpuProcessBytes = 300e6
/** Rows of the embedding's width that are alive at once while a batch is computed; fitted to measured loads. */
const liveRows = 12
const bytesOfF32 = 4
const bytesOfMask = 2

/**
 * Bytes that a model takes once it is loaded. The pool asks this before it loads, and the quantization picker shows the
 * same. Formula and error: docs/fit.md.
 */
export function memoryNeed(plan: MemoryPlan): MemoryNeed {
  const shape = plan.shape ?? guessShape(plan.parameters ?? guessParameters(plan.sizeBytes))
  const { contextLength, slots } = plan
  const weights = plan.sizeBytes + (plan.extraBytes ?? 0)
  const kv = plan.kind === 'embedding' ? 0 : kvCacheBytes(shape, plan)
  const batch = Math.min(plan.batchSize ?? defaultBatchSize(plan.backend), contextLength)
  const compute =
    plan.kind === 'embedding'
      ? 0
      : batch *
        ((shape.vocabularySize + liveRows * shape.embeddingLength) * bytesOfF32 + contextLength * slots * bytesOfMask)
  const onGpu = plan.backend === 'cpu' ? 0 : Math.min(1, plan.gpuLayers / (shape.layers + 1))
  const process = processBytes + (onGpu > 0 ? gpuProcessBytes : 0)
  const vram = Math.round((weights + kv) * onGpu + (onGpu > 0 ? compute : 0))
  const total = Math.round(weights + kv + compute + process)
  return {
    weights,
    kv: Math.round(kv),
    compute: Math.round(compute),
    process,
    total,
    ram: total - vram,
    vram,
    contextLength,
    slots,
    exact: plan.shape !== null,
  }
}

/** Tokens of one native batch unless it is set or tuned. */
export function defaultBatchSize(backend: Backend): number {
  return batchTokens[backend === 'cpu' ? 'cpu' : 'gpu']
}

function kvCacheBytes(shape: ModelShape, { contextLength, slots, kvType }: MemoryPlan): number {
  const cells = roundUp(contextLength)
  const slidingCells = Math.min(cells, roundUp(shape.slidingWindow + batchTokens.gpu))
  const values = shape.kvValuesPerToken * cells + shape.slidingKvValuesPerToken * slidingCells
  return slots * (values * kvBytes[kvType] + shape.recurrentBytes)
}

function roundUp(tokens: number): number {
  return Math.ceil(tokens / cellsStep) * cellsStep
}

/** Most layers, the output layer counted, whose share of the model stays within so many bytes of GPU memory. */
export function layersThatFit(plan: Omit<MemoryPlan, 'gpuLayers'>, vramBytes: number): number {
  const shape = plan.shape ?? guessShape(plan.parameters ?? guessParameters(plan.sizeBytes))
  for (let gpuLayers = shape.layers + 1; gpuLayers > 0; gpuLayers--) {
    if (memoryNeed({ ...plan, gpuLayers }).vram <= vramBytes) return gpuLayers
  }
  return 0
}

/** Largest context of each slot whose need `fits`, up to `most`; null when not even the smallest does. */
export function longestContext(most: number, fits: (contextLength: number) => boolean): number | null {
  let low = Math.min(cellsStep, most)
  if (!fits(low)) return null
  let high = Math.max(low, most)
  if (fits(high)) return high
  while (high - low > cellsStep) {
    const middle = Math.floor((low + high) / 2 / cellsStep) * cellsStep
    if (middle <= low) break
    if (fits(middle)) low = middle
    else high = middle
  }
  return low
}

/** The part of a plan that a model in the library brings. */
export function planOf(model: Pick<Model, 'sizeBytes' | 'facts'>) {
  const { shape, parameters, kind } = model.facts
  return { sizeBytes: model.sizeBytes, shape, parameters: parameters > 0 ? parameters : null, kind }
}
