import { z } from 'zod'
import type { Constraint, GenerationRequestInput, Sampling } from '../../../shared/domain/generation.ts'
import type { Model } from '../../../shared/domain/models.ts'
import { keepAliveField, keepAliveOf } from '../answering/keep-alive.ts'
import { unsupported, wrong } from '../answering/parameters.ts'
import { stopField, stopsOf } from '../answering/stop.ts'

/** What this API takes where neither the model nor the request says anything. */
const DEFAULTS: Sampling = {
  temperature: 0.8,
  topK: 40,
  topP: 0.9,
  minP: 0,
  repeatLastN: 64,
  repeatPenalty: 1,
}
/** Tokens of thinking for each effort; `high` and `max` think as long as they like. */
const BUDGETS = { low: 1024, medium: 8192, high: undefined, max: undefined } as const
/** Further back than any context, for "the whole one". */
const EVERYTHING = 1_000_000

/** Options of a request. Those that say how a model is loaded belong to the model here, and are not obeyed. */
export const Options = z.object({
  num_predict: z.int().optional(),
  num_ctx: z.int().min(1).optional(),
  temperature: z.number().min(0).max(5).optional(),
  top_k: z.int().optional(),
  top_p: z.number().min(0).max(1).optional(),
  min_p: z.number().min(0).max(1).optional(),
  typical_p: z.number().optional(),
  seed: z.int().optional(),
  repeat_last_n: z.int().min(-1).optional(),
  repeat_penalty: z.number().min(0).max(10).optional(),
  presence_penalty: z.number().min(-2).max(2).optional(),
  frequency_penalty: z.number().min(-2).max(2).optional(),
  stop: stopField.optional(),
  num_keep: z.int().optional(),
  num_batch: z.int().optional(),
  num_gpu: z.int().optional(),
  main_gpu: z.int().optional(),
  num_thread: z.int().optional(),
  use_mmap: z.boolean().optional(),
})
type Options = z.infer<typeof Options>

/** Fields that `/api/chat` and `/api/generate` share. */
export const controlFields = {
  model: z.string().optional(),
  stream: z.boolean().optional(),
  format: z.union([z.enum(['', 'json']), z.looseObject({})], { error: 'must be "json" or a JSON schema' }).optional(),
  think: z
    .union([z.boolean(), z.enum(['low', 'medium', 'high', 'max'])], {
      error: 'must be true, false, low, medium, high or max',
    })
    .optional(),
  keep_alive: keepAliveField.optional(),
  options: Options.optional(),
  truncate: z.boolean().optional(),
  shift: z.boolean().optional(),
  logprobs: z.boolean().optional(),
  top_logprobs: z.int().min(0).max(20).optional(),
}
export type Controls = z.infer<z.ZodObject<typeof controlFields>>

type Controlled = Pick<
  GenerationRequestInput,
  | 'sampling'
  | 'maxTokens'
  | 'stop'
  | 'constraint'
  | 'reasoning'
  | 'logprobs'
  | 'truncate'
  | 'contextLength'
  | 'keepAliveSeconds'
>

/**
 * What the shared fields ask of a generation.
 * @throws AppError invalid_input, unsupported_parameter
 */
export function toControlled(body: Controls, { name, defaults, conformance }: Model): Controlled {
  const { options = {} } = body
  if (options.typical_p !== undefined && options.typical_p !== 1) {
    throw unsupported('options.typical_p', 'Typical sampling', 'Use top_p or min_p.')
  }
  if (body.think !== undefined && body.think !== false && conformance?.thinking === null) {
    throw wrong('think', `"${name}" does not support thinking`)
  }
  const stop = stopsOf(options.stop)
  const maxTokens = options.num_predict
  const constraint = toConstraint(body.format)
  const reasoning = toReasoning(body.think)
  return {
    sampling: { ...DEFAULTS, ...defaults.sampling, ...toSampling(options) },
    ...(maxTokens === undefined || maxTokens <= 0 ? {} : { maxTokens }),
    ...(stop.length === 0 ? {} : { stop }),
    ...(constraint === undefined ? {} : { constraint }),
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(body.logprobs === true || (body.top_logprobs ?? 0) > 0 ? { logprobs: { top: body.top_logprobs ?? 0 } } : {}),
    // An overlong conversation is refused where either says so.
    truncate: (body.truncate ?? true) && (body.shift ?? true),
    ...(options.num_ctx === undefined ? {} : { contextLength: options.num_ctx }),
    ...keepAliveOf(body.keep_alive),
  }
}

/** @throws AppError unsupported_parameter, because no model here can look at anything */
export function refuseImages(images: unknown, param: string): void {
  if (images === undefined || (Array.isArray(images) && images.length === 0)) return
  throw unsupported(param, 'Images')
}

function toSampling(options: Options): Sampling {
  const greedy = options.top_p === 0
  const all = {
    temperature: options.temperature,
    topK: greedy ? 1 : options.top_k === undefined ? undefined : Math.max(0, options.top_k),
    topP: greedy ? undefined : options.top_p,
    minP: options.min_p,
    // A negative one means any.
    seed: options.seed === undefined || options.seed < 0 ? undefined : options.seed % 2 ** 32,
    repeatLastN: options.repeat_last_n === -1 ? EVERYTHING : options.repeat_last_n,
    repeatPenalty: options.repeat_penalty,
    presencePenalty: options.presence_penalty,
    frequencyPenalty: options.frequency_penalty,
  }
  // What is left has no undefined any more.
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Sampling
}

function toConstraint(format: Controls['format']): Constraint | undefined {
  if (format === undefined || format === '') return undefined
  return format === 'json' ? { kind: 'json' } : { kind: 'schema', schema: format }
}

function toReasoning(think: Controls['think']): GenerationRequestInput['reasoning'] {
  if (think === undefined) return undefined
  if (think === false) return { mode: 'off' }
  const budgetTokens = think === true ? undefined : BUDGETS[think]
  return { mode: 'on', ...(budgetTokens === undefined ? {} : { budgetTokens }) }
}
