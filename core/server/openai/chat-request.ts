import { z } from 'zod'
import { AppError } from '../../../shared/domain/errors.ts'
import type { GenerationRequestInput, PromptMessage, Sampling } from '../../../shared/domain/generation.ts'
import { refuseUnsupported } from './unsupported.ts'

const TextPart = z.object({ type: z.literal('text'), text: z.string() })

const ChatMessage = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant']),
  content: z.union([z.string(), z.array(TextPart)], { error: 'must be a string or an array of text parts' }).optional(),
})

const positive = z.int().min(1).optional()

const Body = z.object({
  model: z.string().min(1),
  messages: z.array(ChatMessage).min(1),
  n: z.int().min(1).max(128).optional(),
  stream: z.boolean().optional(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).optional(),
  max_tokens: positive,
  max_completion_tokens: positive,
  stop: z
    .union([z.string(), z.array(z.string()).max(16)], { error: 'must be a string or an array of at most 16 strings' })
    .optional(),
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
})
type Body = z.infer<typeof Body>

export interface ChatRequest {
  /** The model as the client named it; answers repeat it. */
  model: string
  stream: boolean
  includeUsage: boolean
  /** Complete but for who asks. */
  generation: Omit<GenerationRequestInput, 'actor'>
}

/**
 * The body of `POST /v1/chat/completions` as a generation. Explicit nulls are absent, unknown fields are ignored, and
 * what would change the answer but is not obeyed is refused.
 * @throws AppError invalid_input or unsupported_parameter, with the parameter's name in `data.parameter`
 */
export function toRequest(json: unknown): ChatRequest {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new AppError({ code: 'invalid_input', message: 'The body must be a JSON object.' })
  }
  const present = withoutNulls(json)
  if (Array.isArray(present['messages'])) present['messages'] = present['messages'].map(withoutNulls)
  // LM Studio's and Ollama's clients say -1 for "as many as fit".
  for (const name of ['max_tokens', 'max_completion_tokens']) if (present[name] === -1) delete present[name]
  refuseUnsupported(present)
  const parsed = Body.safeParse(present)
  if (!parsed.success) throw invalid(parsed.error, present)
  const body = parsed.data
  const maxTokens = body.max_completion_tokens ?? body.max_tokens
  const stop = [body.stop ?? []].flat().filter((text) => text !== '')
  return {
    model: body.model,
    stream: body.stream ?? false,
    includeUsage: body.stream_options?.include_usage ?? false,
    generation: {
      model: body.model,
      input: { kind: 'messages', messages: body.messages.map(toMessage) },
      choices: body.n ?? 1,
      sampling: toSampling(body),
      ...(maxTokens === undefined ? {} : { maxTokens }),
      stop,
      // As this API does it: a prompt that is too long is an error, never silently shortened.
      truncate: false,
      priority: 'api',
    },
  }
}

function toMessage(message: z.infer<typeof ChatMessage>, index: number): PromptMessage {
  const { role, content } = message
  if (content === undefined && role !== 'assistant') throw required(`messages[${index}].content`)
  return {
    role: role === 'developer' ? 'system' : role,
    content: typeof content === 'string' ? content : (content ?? []).map((part) => part.text).join('\n'),
  }
}

function toSampling(body: Body): Sampling {
  const seed = toSeed(body.seed)
  // A top_p of 0 keeps only the likeliest token.
  const topK = body.top_p === 0 ? 1 : body.top_k === -1 ? 0 : body.top_k
  return {
    ...(body.temperature === undefined ? {} : { temperature: body.temperature }),
    ...(body.top_p === undefined || body.top_p === 0 ? {} : { topP: body.top_p }),
    ...(topK === undefined ? {} : { topK }),
    ...(body.min_p === undefined ? {} : { minP: body.min_p }),
    ...(seed === undefined ? {} : { seed }),
    ...(body.repeat_penalty === undefined ? {} : { repeatPenalty: body.repeat_penalty }),
    ...(body.frequency_penalty === undefined ? {} : { frequencyPenalty: body.frequency_penalty }),
    ...(body.presence_penalty === undefined ? {} : { presencePenalty: body.presence_penalty }),
    ...(body.logit_bias === undefined ? {} : { logitBias: body.logit_bias }),
  }
}

/** The API's seeds have 64 bits and a sign, the engine's 32; -1 means a random one, as in llama.cpp. */
function toSeed(seed: number | undefined): number | undefined {
  return seed === undefined || seed === -1 ? undefined : Number(BigInt.asUintN(32, BigInt(seed)))
}

function withoutNulls(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== null))
}

function required(param: string): AppError {
  return new AppError({ code: 'invalid_input', message: `\`${param}\` is required.`, data: { parameter: param } })
}

function invalid(error: z.ZodError, body: Record<string, unknown>): AppError {
  const issue = error.issues[0]
  const path = issue?.path ?? []
  const param = path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`))
    .join('')
  const value = path.reduce<unknown>(
    (inside, key) =>
      typeof inside === 'object' && inside !== null
        ? Object.entries(inside).find(([name]) => name === String(key))?.[1]
        : undefined,
    body,
  )
  if (value === undefined) return required(param)
  return new AppError({
    code: 'invalid_input',
    message: `\`${param}\` is not valid: ${issue?.message ?? 'wrong value'}.`,
    data: { parameter: param },
  })
}
