import { z } from 'zod'
import type { Sampling } from '../../../shared/domain/generation.ts'

/** Parameters of this API, and those beyond it under the names that llama-server and others gave them. */
export const samplingFields = {
  seed: z.int().optional(),
  temperature: z.number().min(0).max(5).optional(),
  top_p: z.number().min(0).max(1).optional(),
  frequency_penalty: z.number().min(-2).max(2).optional(),
  presence_penalty: z.number().min(-2).max(2).optional(),
  logit_bias: z
    .record(z.string().regex(/^\d{1,9}$/, 'must have token ids as keys'), z.number().min(-100).max(100))
    .optional(),
  top_k: z.int().min(-1).optional(),
  min_p: z.number().min(0).max(1).optional(),
  repeat_penalty: z.number().min(0).max(10).optional(),
  repeat_last_n: z.int().min(0).optional(),
  dry_multiplier: z.number().min(0).max(100).optional(),
  dry_base: z.number().min(1).max(100).optional(),
  dry_allowed_length: z.int().min(0).optional(),
  dry_penalty_last_n: z.int().min(-1).optional(),
  dry_sequence_breakers: z.array(z.string().min(1).max(100)).max(32).optional(),
  xtc_probability: z.number().min(0).max(1).optional(),
  xtc_threshold: z.number().min(0).max(1).optional(),
}
type SamplingFields = z.infer<z.ZodObject<typeof samplingFields>>

/** Sampling parameters as the engine names them; what is absent stays so. */
export function toSampling(fields: SamplingFields): Sampling {
  // A top_p of 0 keeps only the likeliest token.
  const greedy = fields.top_p === 0
  return defined({
    temperature: fields.temperature,
    topP: greedy ? undefined : fields.top_p,
    topK: greedy ? 1 : fields.top_k === -1 ? 0 : fields.top_k,
    minP: fields.min_p,
    seed: toSeed(fields.seed),
    repeatPenalty: fields.repeat_penalty,
    repeatLastN: fields.repeat_last_n,
    frequencyPenalty: fields.frequency_penalty,
    presencePenalty: fields.presence_penalty,
    logitBias: fields.logit_bias,
    dryMultiplier: fields.dry_multiplier,
    dryBase: fields.dry_base,
    dryAllowedLength: fields.dry_allowed_length,
    dryPenaltyLastN: fields.dry_penalty_last_n,
    drySequenceBreakers: fields.dry_sequence_breakers,
    xtcProbability: fields.xtc_probability,
    xtcThreshold: fields.xtc_threshold,
  })
}

/** The API's seeds have 64 bits and a sign, the engine's 32; -1 means a random one, as in llama.cpp. */
function toSeed(seed: number | undefined): number | undefined {
  return seed === undefined || seed === -1 ? undefined : Number(BigInt.asUintN(32, BigInt(seed)))
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> }

function defined<T extends object>(fields: T): Defined<T> {
  // What is left has no undefined any more.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>
}
