import { z } from 'zod'
import { ErrorInfo } from './errors.ts'
import { Backend } from './hardware.ts'
import { KvType, ModelShape } from './models.ts'

/** What a fit is asked of: a file that need not be here yet. */
export const FitCandidate = z.object({
  id: z.string(),
  sizeBytes: z.number(),
  /** Of all experts together; null when unknown. */
  parameters: z.number().nullable(),
  architecture: z.string().nullable(),
  kind: z.enum(['chat', 'embedding']),
  quantization: z.string().nullable(),
  /** Trained context length in tokens. */
  contextLength: z.number().nullable(),
  /** Null: guessed from the parameters, and said so. */
  shape: ModelShape.nullable(),
})
export type FitCandidate = z.infer<typeof FitCandidate>

export const FitRequest = z.object({
  candidates: z.array(FitCandidate).max(500),
  /** Tokens of a conversation; null: what a load takes by default. */
  contextLength: z.int().positive().nullable(),
  kvType: KvType,
})
export type FitRequest = z.infer<typeof FitRequest>

/** Bytes that a model takes once it is loaded, by what takes them. */
export const MemoryNeed = z.object({
  weights: z.number(),
  /** KV cache of all slots. */
  kv: z.number(),
  /** Buffers of one batch. */
  compute: z.number(),
  /** The process itself. */
  process: z.number(),
  total: z.number(),
  /** How the total is shared between the two memories. */
  ram: z.number(),
  vram: z.number(),
  /** Tokens of each slot, and how many slots. */
  contextLength: z.int(),
  slots: z.int(),
  /** False: the shape of the network is a guess from its size. */
  exact: z.boolean(),
})
export type MemoryNeed = z.infer<typeof MemoryNeed>

/** `gpu` all layers on the GPU · `partly` some · `cpu` in RAM with room · `tight` little room left · `no` too large. */
export const FitVerdict = z.enum(['gpu', 'partly', 'cpu', 'tight', 'no'])
export type FitVerdict = z.infer<typeof FitVerdict>

/** Expected speed of writing, in tokens a second. */
export const SpeedEstimate = z.object({
  tokensPerSecond: z.number(),
  low: z.number(),
  high: z.number(),
  /** `measured` with this very file here; `calibrated` by other models' speed here; `bandwidth` from memory speed alone. */
  basis: z.enum(['measured', 'calibrated', 'bandwidth']),
})
export type SpeedEstimate = z.infer<typeof SpeedEstimate>

export const FitEstimate = z.object({
  id: z.string(),
  memory: MemoryNeed,
  verdict: FitVerdict,
  backend: Backend,
  gpuLayers: z.int().nullable(),
  /** Null for embeddings, for what does not fit, and before the memory was measured. */
  speed: SpeedEstimate.nullable(),
  /** Largest context that fits beside the weights; null when none does. */
  maxContextLength: z.int().nullable(),
  /** Whether the engine can compute this network; null when the architecture is unknown. */
  supported: z.boolean().nullable(),
})
export type FitEstimate = z.infer<typeof FitEstimate>

/** Why a candidate is the one to take. */
export const RecommendReason = z.enum(['bestQualityThatRunsWell', 'bestQualityThatFits', 'smallestThatFits', 'onlyOne'])

export const FitAnswer = z.object({
  estimates: z.array(FitEstimate),
  recommended: z.object({ id: z.string(), reason: RecommendReason }).nullable(),
  /** What they were reckoned with. */
  machine: z.object({
    ramBytes: z.number(),
    /** RAM that models may take together. */
    ramBudgetBytes: z.number(),
    vramBytes: z.number(),
    vramBudgetBytes: z.number(),
    /** Bytes a second that this machine reads from memory, measured over at least 1 GB; null before that. */
    ramBytesPerSecond: z.number().nullable(),
    vramBytesPerSecond: z.number().nullable(),
    problem: ErrorInfo.nullable(),
  }),
})
export type FitAnswer = z.infer<typeof FitAnswer>
