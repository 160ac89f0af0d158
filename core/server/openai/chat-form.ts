import { z } from 'zod'
import type { Constraint, GenerationRequestInput } from '../../../shared/domain/generation.ts'
import { required, unsupported, wrong } from '../answering/parameters.ts'

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const
/** Tokens of thinking for each effort; those above think as long as they like. */
const BUDGETS: Partial<Record<(typeof EFFORTS)[number], number>> = { minimal: 256, low: 1024, medium: 8192 }

/** What the answer has to look like, and how much the model may think before it. */
export const formFields = {
  response_format: z
    .object({
      type: z.enum(['text', 'json_object', 'json_schema']),
      json_schema: z.object({ schema: z.looseObject({}).nullish() }).nullish(),
      /** llama-server's form. */
      schema: z.looseObject({}).nullish(),
    })
    .optional(),
  /** llama-server's names. */
  json_schema: z.looseObject({}).optional(),
  grammar: z.string().max(1_000_000).optional(),
  reasoning_effort: z.enum(EFFORTS).optional(),
  /** OpenRouter's and LM Studio's form. */
  reasoning: z
    .object({
      effort: z.enum(EFFORTS).nullish(),
      enabled: z.boolean().nullish(),
      max_tokens: z.int().min(0).nullish(),
    })
    .optional(),
  /** vLLM's and llama-server's. */
  chat_template_kwargs: z.looseObject({ enable_thinking: z.boolean().optional() }).optional(),
}
type FormFields = z.infer<z.ZodObject<typeof formFields>>

/**
 * The form of the answer. Two of them at once contradict each other.
 * @throws AppError invalid_input
 */
export function toConstraint({ response_format: format, json_schema: schema, grammar }: FormFields): Constraint {
  const asked: Constraint[] = []
  if (format?.type === 'json_schema') {
    if (format.json_schema?.schema == null) throw required('response_format.json_schema.schema')
    asked.push({ kind: 'schema', schema: format.json_schema.schema })
  } else if (format?.type === 'json_object') {
    asked.push(format.schema == null ? { kind: 'json' } : { kind: 'schema', schema: format.schema })
  }
  if (schema !== undefined) {
    if (asked.length > 0) throw wrong('json_schema', 'there is a `response_format` too')
    asked.push({ kind: 'schema', schema })
  }
  if (grammar !== undefined && grammar.trim() !== '') {
    if (asked.length > 0) throw wrong('grammar', 'there is another form for the answer too')
    asked.push({ kind: 'grammar', grammar })
  }
  return asked[0] ?? { kind: 'none' }
}

/** What the client calls the form that {@link toConstraint} found. */
export function formNameOf({ json_schema, grammar }: Pick<FormFields, 'json_schema' | 'grammar'>): string {
  if (json_schema !== undefined) return 'json_schema'
  return grammar === undefined ? 'response_format' : 'grammar'
}

/**
 * How much the model may think; undefined leaves it to the model.
 * @throws AppError unsupported_parameter for other switches of the template
 */
export function toReasoning(fields: FormFields): GenerationRequestInput['reasoning'] {
  const { reasoning_effort, reasoning, chat_template_kwargs: switches } = fields
  const unknown = Object.keys(switches ?? {}).find((name) => name !== 'enable_thinking')
  if (unknown !== undefined) throw unsupported('chat_template_kwargs', `The switch "${unknown.slice(0, 40)}"`)
  const effort = reasoning_effort ?? reasoning?.effort ?? undefined
  const budgetTokens = reasoning?.max_tokens ?? (effort === undefined ? undefined : BUDGETS[effort])
  const enabled = switches?.enable_thinking ?? reasoning?.enabled ?? undefined
  if (effort === 'none' || enabled === false) return { mode: 'off' }
  const budget = budgetTokens === undefined ? {} : { budgetTokens }
  if (enabled === true) return { mode: 'on', ...budget }
  // Clients send an effort to every model; one that does not think has nothing to do with it.
  return effort === undefined && budgetTokens === undefined ? undefined : { mode: 'auto', ...budget }
}
