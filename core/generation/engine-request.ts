import { AppError, type ErrorInfo } from '../../shared/domain/errors.ts'
import { GenerationRequest, type GenerationRequestInput, type PromptMessage } from '../../shared/domain/generation.ts'
import type { Model } from '../../shared/domain/models.ts'
import type { EngineRequest } from '../../shared/process/engine.ts'

/** A request with its defaults. Throws `invalid_input` that names the parameter. */
export function parseRequest(input: GenerationRequestInput): GenerationRequest {
  const parsed = GenerationRequest.safeParse(input)
  if (parsed.success) return parsed.data
  throw new AppError(invalidInput(parsed.error.issues[0]))
}

export function invalidInput(issue: { path: PropertyKey[]; message: string } | undefined): ErrorInfo {
  const parameter = issue?.path.join('.') ?? ''
  return {
    code: 'invalid_input',
    message: `${parameter || 'The request'}: ${issue?.message ?? 'not understood'}`,
    data: { parameter },
  }
}

/** Throws `model_cannot_chat` for embedding models, `invalid_input` where there is nothing to answer. */
export function assertCanAnswer(model: Model, request: GenerationRequest): void {
  if (model.facts.kind === 'embedding') {
    throw new AppError({
      code: 'model_cannot_chat',
      message: `${model.name} turns text into vectors; it can't write answers.`,
      suggestion: 'Choose a chat model.',
      data: { model: model.name },
    })
  }
  const { input, echo } = request
  if (input.kind === 'messages' && input.messages.length === 0) {
    throw new AppError({
      code: 'invalid_input',
      message: 'There is no message to answer.',
      data: { parameter: 'messages' },
    })
  }
  if (echo && input.kind !== 'prompt' && input.kind !== 'tokens') {
    throw new AppError({
      code: 'invalid_input',
      message: 'Only a plain prompt can be repeated before its answer.',
      suggestion: 'Leave out `echo`, or send the text as a prompt.',
      data: { parameter: 'echo' },
    })
  }
}

/** What the engine needs of a request; what it leaves open is filled from the model's own defaults. */
export function toEngineRequest(request: GenerationRequest, { defaults, made }: Model, seed: number): EngineRequest {
  const maxTokens = request.maxTokens ?? defaults.maxTokens
  return {
    input: withOpening(request.input, defaults.system, made?.messages ?? []),
    sampling: { ...defaults.sampling, ...request.sampling },
    ...(maxTokens === null ? {} : { maxTokens }),
    stop: request.stop.length > 0 ? request.stop : defaults.stop,
    constraint: request.constraint,
    tools: request.tools,
    toolChoice: request.toolChoice,
    ...(request.goTemplate === undefined ? {} : { goTemplate: request.goTemplate }),
    parallelToolCalls: request.parallelToolCalls,
    reasoning: request.reasoning,
    ...(request.logprobs === undefined ? {} : { logprobs: request.logprobs }),
    echo: request.echo,
    truncate: request.truncate,
    ...(request.cacheKey === undefined ? {} : { cacheKey: request.cacheKey }),
    seed,
  }
}

/**
 * The conversation as the model wants it to begin: its own system prompt, unless the request brings one, then the
 * messages that it was made with. One system prompt at most stands there, and first: many templates refuse another.
 */
function withOpening(
  input: GenerationRequest['input'],
  system: string | null,
  opening: readonly PromptMessage[],
): GenerationRequest['input'] {
  if (input.kind !== 'messages') return input
  const [first, ...rest] = input.messages
  const asked = first?.role === 'system' ? first : null
  const own = system === null ? null : ({ role: 'system', content: system } as const)
  const head = asked ?? own ?? opening.find((message) => message.role === 'system') ?? null
  return {
    ...input,
    messages: [
      ...(head ? [head] : []),
      ...opening.filter((message) => message.role !== 'system'),
      ...(asked ? rest : input.messages),
    ],
  }
}
