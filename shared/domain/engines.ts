import { z } from 'zod'
import { Actor } from './actor.ts'
import { ErrorInfo } from './errors.ts'
import { CacheSource, FinishReason, Priority, Timings, Usage } from './generation.ts'
import { Backend } from './hardware.ts'
import { KvType } from './models.ts'

/** One sequence of a model's context. */
export const EngineSlot = z.object({
  state: z.enum(['idle', 'prefill', 'decode']),
  /** Tokens in its KV cache. */
  tokens: z.int(),
  priority: z.enum(['person', 'api', 'batch', 'ahead']).nullable(),
  /** Who is answered, as the door said: `window`, `cli`, `http`…; null while idle. */
  owner: z.string().nullable(),
})
export type EngineSlot = z.infer<typeof EngineSlot>

/** A step that was taken because memory was short; told to the person. */
export const MemoryRung = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('evicted'), model: z.string() }),
  z.object({ kind: z.literal('slots'), from: z.int(), to: z.int() }),
  z.object({ kind: z.literal('context'), from: z.int(), to: z.int() }),
  z.object({ kind: z.literal('kvType'), from: KvType, to: KvType }),
  z.object({ kind: z.literal('gpuLayers'), from: z.int(), to: z.int() }),
])
export type MemoryRung = z.infer<typeof MemoryRung>

/** A model in memory, or on its way into it or out of it. */
export const LoadedModel = z.object({
  model: z.string(),
  state: z.enum(['loading', 'ready', 'unloading', 'failed']),
  /** 0 to 1 while loading. */
  progress: z.number(),
  contextLength: z.number().nullable(),
  backend: Backend.nullable(),
  /** Resident memory of the process, measured. */
  memoryBytes: z.number().nullable(),
  /** Requests that it answers now. */
  active: z.int(),
  queued: z.int(),
  processId: z.int().nullable(),
  error: ErrorInfo.nullable(),
  slots: z.array(EngineSlot),
  kvType: KvType.nullable(),
  /** Layers on the GPU; null on the processor alone. */
  gpuLayers: z.int().nullable(),
  flashAttention: z.boolean().nullable(),
  /** Whether our own build of the addon runs. */
  native: z.boolean(),
  threads: z.object({ decode: z.int(), batch: z.int() }).nullable(),
  /** Milliseconds since the epoch; null: stays until its memory is needed. Runs from the end of its last work. */
  unloadAt: z.number().nullable(),
  /** Kept states of displaced conversations. */
  stateMemoryBytes: z.number(),
  stateDiskBytes: z.number(),
  /** What was given up at its load because memory was short. */
  rungs: z.array(MemoryRung),
  /** Progress 0 to 1 of the measurement that runs now. */
  tuning: z.number().nullable(),
  /** Measured over the last seconds; tokens per second of all streams together. */
  decodeTps: z.number(),
  prefillTps: z.number(),
})
export type LoadedModel = z.infer<typeof LoadedModel>

/** A model that is not loaded any more because its process died again and again. */
export const Quarantine = z.object({
  model: z.string(),
  since: z.number(),
  /** The settings with which it died; other settings are tried. */
  settings: z.string(),
  crashes: z.int(),
  error: ErrorInfo,
})
export type Quarantine = z.infer<typeof Quarantine>

export const EnginesState = z.object({
  models: z.array(LoadedModel),
  totalMemoryBytes: z.number(),
  usedByModelsBytes: z.number(),
  quarantined: z.array(Quarantine),
})
export type EnginesState = z.infer<typeof EnginesState>

/** One generation that ended, without what was said. */
export const GenerationRecord = z.object({
  id: z.string(),
  /** Milliseconds since the epoch at its end. */
  at: z.number(),
  model: z.string(),
  door: Actor.shape.door,
  priority: Priority,
  usage: Usage.nullable(),
  timings: Timings.nullable(),
  cacheSource: CacheSource.nullable(),
  reason: FinishReason.nullable(),
  error: ErrorInfo.nullable(),
})
export type GenerationRecord = z.infer<typeof GenerationRecord>

/** Once a second; all models together. */
export const EngineSample = z.object({
  at: z.number(),
  decodeTps: z.number(),
  prefillTps: z.number(),
  memoryBytes: z.number(),
  active: z.int(),
  queued: z.int(),
  /** Of the newest generation in this second; null when none began to answer. */
  ttftMs: z.number().nullable(),
})
export type EngineSample = z.infer<typeof EngineSample>

/** Samples of the last minutes and the last 200 generations, newest last; then only what is new. */
export const InsightsEvent = z.object({
  samples: z.array(EngineSample),
  generations: z.array(GenerationRecord),
})
export type InsightsEvent = z.infer<typeof InsightsEvent>
export const KEPT_GENERATIONS = 200
export const KEPT_SAMPLES = 600
