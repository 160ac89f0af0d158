import { z } from 'zod'
import type { GenerationRequestInput } from '../../../shared/domain/generation.ts'
import type { ParameterNames } from '../answering/blame.ts'
import { keepAliveField, keepAliveOf } from '../answering/keep-alive.ts'
import { fieldsOf, parse, wrong } from '../answering/parameters.ts'
import { stopField, stopsOf } from '../answering/stop.ts'
import { formFields, formNameOf, toConstraint, toReasoning } from './chat-form.ts'
import { ChatMessage, presentMessages, toMessage } from './chat-messages.ts'
import { samplingFields, toSampling } from './chat-sampling.ts'
import { refuseForeignTools, toolFields, toTools } from './chat-tools.ts'
import { refuseUnsupported } from './unsupported.ts'

const positive = z.int().min(1).optional()

export const Body = z.object({
  model: z.string().min(1),
  messages: z.array(ChatMessage).min(1),
  n: z.int().min(1).max(128).optional(),
  stream: z.boolean().optional(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).optional(),
  max_tokens: positive,
  max_completion_tokens: positive,
  stop: stopField.optional(),
  logprobs: z.boolean().optional(),
  top_logprobs: z.int().min(0).max(20).optional(),
  /** Ollama's. */
  keep_alive: keepAliveField.optional(),
  ...samplingFields,
  ...toolFields,
  ...formFields,
})
type Body = z.infer<typeof Body>

export interface ChatRequest {
  /** The model as the client named it; answers repeat it. */
  model: string
  stream: boolean
  includeUsage: boolean
  names: ParameterNames
  /** Complete but for who asks. */
  generation: Omit<GenerationRequestInput, 'actor'>
}

/**
 * The body of `POST /v1/chat/completions` as a generation. Explicit nulls are absent, unknown fields are ignored, and
 * what would change the answer but is not obeyed is refused.
 * @throws AppError invalid_input or unsupported_parameter, with the parameter's name in `data.parameter`
 */
export function toRequest(json: unknown): ChatRequest {
  const present = fieldsOf(json)
  if (present['messages'] !== undefined) present['messages'] = presentMessages(present['messages'])
  // LM Studio's and Ollama's clients say -1 for "as many as fit".
  for (const name of ['max_tokens', 'max_completion_tokens']) if (present[name] === -1) delete present[name]
  refuseUnsupported(present)
  refuseForeignTools(present)
  const body = parse(Body, present)
  const maxTokens = body.max_completion_tokens ?? body.max_tokens
  const reasoning = toReasoning(body)
  const constraint = toConstraint(body)
  return {
    model: body.model,
    stream: body.stream ?? false,
    includeUsage: body.stream_options?.include_usage ?? false,
    names: { input: 'messages', form: formNameOf(body) },
    generation: {
      model: body.model,
      input: { kind: 'messages', messages: body.messages.map(toMessage) },
      choices: body.n ?? 1,
      sampling: toSampling(body),
      ...(maxTokens === undefined ? {} : { maxTokens }),
      stop: stopsOf(body.stop),
      ...(constraint.kind === 'none' ? {} : { constraint }),
      ...toTools(body),
      ...(reasoning === undefined ? {} : { reasoning }),
      ...toLogprobs(body),
      ...keepAliveOf(body.keep_alive),
      // As this API does it: a prompt that is too long is an error, never silently shortened.
      truncate: false,
    },
  }
}

function toLogprobs({ logprobs = false, top_logprobs: top = 0 }: Body): Pick<GenerationRequestInput, 'logprobs'> {
  if (!logprobs && top > 0) throw wrong('top_logprobs', '`logprobs` must be true with it')
  return logprobs ? { logprobs: { top } } : {}
}
