import { z } from 'zod'
import { ErrorInfo } from './errors.ts'
import { Backend } from './hardware.ts'

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
})
export type LoadedModel = z.infer<typeof LoadedModel>

export const EnginesState = z.object({
  models: z.array(LoadedModel),
  totalMemoryBytes: z.number(),
  usedByModelsBytes: z.number(),
})
export type EnginesState = z.infer<typeof EnginesState>
