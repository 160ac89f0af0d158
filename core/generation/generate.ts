import { AppError, type ErrorInfo, toErrorInfo } from '../../shared/domain/errors.ts'
import {
  type FinishEvent,
  type GenerationEvent,
  GenerationRequest,
  type GenerationRequestInput,
  type PromptMessage,
} from '../../shared/domain/generation.ts'
import type { Model } from '../../shared/domain/models.ts'
import type { EnginePool, RunEvent } from '../engines/pool.ts'
import { createEventQueue } from '../lib/event-queue.ts'
import type { Library } from '../models/library.ts'

/**
 * The one path that every prompt takes. Never throws: what goes wrong is an `error` event. Each choice ends with
 * `finish`; an error ends the whole. Aborting the signal, or leaving the loop, stops the engine.
 */
export type Generate = (request: GenerationRequestInput, signal?: AbortSignal) => AsyncIterable<GenerationEvent>

export interface GenerationDeps {
  library: Pick<Library, 'get'>
  pool: Pick<EnginePool, 'run'>
  /** Monotonic milliseconds. */
  clock: () => number
  randomSeed: () => number
  /** Told of each answer that came to its end. Must not throw. */
  onFinished: (finished: FinishedAnswer) => void
}

export interface FinishedAnswer extends Pick<FinishEvent, 'usage' | 'timings'> {
  model: Model
  /** Tokens in the context at its end. */
  contextTokens: number
}

export function createGeneration(deps: GenerationDeps): Generate {
  return async function* generate(input, signal) {
    const parsed = GenerationRequest.safeParse(input)
    if (!parsed.success) {
      const issue = parsed.error.issues[0]
      yield errorEvent({
        code: 'invalid_input',
        message: `${issue?.path.join('.') ?? 'The request'}: ${issue?.message ?? 'not understood'}`,
        data: { parameter: issue?.path.join('.') ?? '' },
      })
      return
    }
    const request = parsed.data
    let model: Model
    try {
      model = deps.library.get(request.model)
      assertCanAnswer(model, request)
    } catch (error) {
      yield errorEvent(toErrorInfo(error))
      return
    }

    const stop = new AbortController()
    const abort = () => stop.abort()
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort)
    let late = false
    const deadline =
      request.deadlineMs === undefined
        ? undefined
        : setTimeout(() => {
            late = true
            abort()
          }, request.deadlineMs)

    const queue = createEventQueue<GenerationEvent>(joinText)
    const choices = Array.from({ length: request.choices }, (_, choice) =>
      runChoice(deps, model, request, choice, stop.signal, (event) => queue.push(event)),
    )
    Promise.all(choices)
      .catch((error: unknown) => {
        queue.push(errorEvent(late ? deadlineExceeded(request.deadlineMs ?? 0) : toErrorInfo(error)))
        abort()
      })
      .finally(() => queue.end())
      .catch(() => {})
    try {
      yield* queue
    } finally {
      clearTimeout(deadline)
      signal?.removeEventListener('abort', abort)
      abort()
    }
  }
}

async function runChoice(
  { pool, clock, randomSeed, onFinished }: GenerationDeps,
  model: Model,
  request: GenerationRequest,
  choice: number,
  signal: AbortSignal,
  push: (event: GenerationEvent) => void,
): Promise<void> {
  const arrived = clock()
  let firstTokenAt: number | null = null
  const seed = request.sampling.seed === undefined ? randomSeed() : (request.sampling.seed + choice) % 2 ** 32
  const onEvent = (event: RunEvent) => {
    if (event.type === 'text') firstTokenAt ??= clock()
    push(toGenerationEvent(event, choice))
  }
  const { defaults } = model
  const maxTokens = request.maxTokens ?? defaults.maxTokens
  const { done, queueMs, loadMs } = await pool.run(
    model,
    {
      input: withOpening(request.input, defaults.system, model.made?.messages ?? []),
      sampling: { ...defaults.sampling, ...request.sampling },
      ...(maxTokens === null ? {} : { maxTokens }),
      stop: request.stop.length > 0 ? request.stop : defaults.stop,
      constraint: request.constraint,
      tools: request.tools,
      toolChoice: request.toolChoice,
      reasoning: request.reasoning,
      ...(request.logprobs === undefined ? {} : { logprobs: request.logprobs }),
      truncate: request.truncate,
      ...(request.cacheKey === undefined ? {} : { cacheKey: request.cacheKey }),
      seed,
    },
    { contextLength: request.contextLength, signal, onEvent },
  )
  const { prefillMs, prefillTokens, decodeMs } = done.timings
  const { usage } = done
  const timings = {
    queueMs,
    loadMs,
    ttftMs: firstTokenAt === null ? null : firstTokenAt - arrived,
    prefillTps: prefillTokens > 0 && prefillMs > 0 ? (prefillTokens / prefillMs) * 1000 : null,
    // Speed between tokens: the first one belongs to the prefill.
    decodeTps: usage.completion > 1 && decodeMs > 0 ? ((usage.completion - 1) / decodeMs) * 1000 : null,
  }
  push({
    type: 'finish',
    choice,
    reason: done.reason,
    usage,
    timings,
    trace: { renderedTokens: done.renderedTokens, droppedMessages: done.droppedMessages, seed },
  })
  onFinished({ model, usage, timings, contextTokens: usage.prompt + usage.completion })
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

function toGenerationEvent(event: RunEvent, choice: number): GenerationEvent {
  switch (event.type) {
    case 'queued':
      return { type: 'queued', choice, position: event.position }
    case 'loading':
      return { type: 'loading', choice, progress: event.progress }
    case 'prefill':
      return { type: 'prefill', choice, done: event.done, total: event.total, cached: event.cached }
    case 'text':
      return { type: 'text', choice, text: event.text, tokens: event.tokens }
  }
}

function joinText(last: GenerationEvent, next: GenerationEvent): GenerationEvent | null {
  if (last.type !== 'text' || next.type !== 'text' || last.choice !== next.choice) return null
  if (last.logprobs || next.logprobs) return null
  return { ...last, text: last.text + next.text, tokens: last.tokens + next.tokens }
}

function assertCanAnswer(model: Model, request: GenerationRequest): void {
  if (model.facts.kind === 'embedding') {
    throw new AppError({
      code: 'model_cannot_chat',
      message: `${model.name} turns text into vectors; it can't write answers.`,
      suggestion: 'Choose a chat model.',
      data: { model: model.name },
    })
  }
  if (request.input.kind === 'messages' && request.input.messages.length === 0) {
    throw new AppError({
      code: 'invalid_input',
      message: 'There is no message to answer.',
      data: { parameter: 'messages' },
    })
  }
}

function errorEvent(error: ErrorInfo): GenerationEvent {
  return { type: 'error', choice: 0, error }
}

function deadlineExceeded(deadlineMs: number): ErrorInfo {
  return {
    code: 'deadline_exceeded',
    message: `The answer was not ready within ${deadlineMs} ms.`,
    suggestion: 'Allow more time, or ask for fewer tokens.',
    data: { deadlineMs },
  }
}
