import { z } from 'zod'
import { ErrorInfo } from './errors.ts'
import { Sampling } from './generation.ts'

/** What the header of a GGUF says. */
export const GgufFacts = z.object({
  /** `general.name`, if there is one. */
  title: z.string().nullable(),
  architecture: z.string(),
  /** Counted from the tensors' shapes. */
  parameters: z.number(),
  /** Label of the file type, as `Q4_K_M`. */
  quantization: z.string(),
  /** Context length in tokens that the model was trained for; null when not said. */
  contextLength: z.number().nullable(),
  chatTemplate: z.string().nullable(),
  /** Text models write; embedding models turn text into vectors. */
  kind: z.enum(['chat', 'embedding']),
  licence: z.string().nullable(),
  languages: z.array(z.string()),
})
export type GgufFacts = z.infer<typeof GgufFacts>

/** What a request takes that says nothing else. */
export const ModelDefaults = z.object({
  /** System prompt for conversations that bring none; null leaves it to the chat template. */
  system: z.string().nullable(),
  sampling: Sampling,
})
export type ModelDefaults = z.infer<typeof ModelDefaults>

export const Model = z.object({
  /** The name that people and programs use. */
  name: z.string(),
  /** Other names that mean the same model (its file name). */
  aliases: z.array(z.string()),
  origin: z.enum(['starter', 'local']),
  path: z.string(),
  sizeBytes: z.number(),
  facts: GgufFacts,
  defaults: ModelDefaults,
  addedAt: z.number(),
  /** What is wrong with the file now (gone, changed), if anything. */
  problem: ErrorInfo.nullable(),
})
export type Model = z.infer<typeof Model>
