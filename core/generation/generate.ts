import type { GenerationRecord } from '../../shared/domain/engines.ts'
import { type ErrorInfo, toErrorInfo } from '../../shared/domain/errors.ts'
import type {
  FinishEvent,
  GenerationEvent,
  GenerationRequest,
  GenerationRequestInput,
} from '../../shared/domain/generation.ts'
import type { Model } from '../../shared/domain/models.ts'
import type { EnginePool } from '../engines/pool.ts'
import type { RunEvent } from '../engines/work.ts'
import { createEventQueue } from '../lib/event-queue.ts'
import type { Library } from '../models/library.ts'
import { assertCanAnswer, parseRequest, toEngineRequest } from './engine-request.ts'
import { joinEvents, toGenerationEvent } from './events.ts'

/** A longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

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
  /** Milliseconds since the epoch. */
  now: () => number
  newId: () => string
  randomSeed: () => number
  /** Told of each answer that ended, however. Must not throw. */
  record: (record: GenerationRecord) => void
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
    let request: GenerationRequest
    let model: Model
    try {
      request = parseRequest(input)
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
    const { deadlineMs } = request
    let late = false
    const deadline =
      deadlineMs === undefined
        ? undefined
        : setTimeout(
            () => {
              late = true
              abort()
            },
            Math.min(deadlineMs, LONGEST_TIMER_MS),
          )
    const explain = (error: unknown) =>
      late && deadlineMs !== undefined ? deadlineExceeded(deadlineMs) : toErrorInfo(error)

    const queue = createEventQueue<GenerationEvent>(joinEvents)
    const choices = Array.from({ length: request.choices }, (_, choice) =>
      runChoice(deps, { model, request, choice, signal: stop.signal, explain, push: (event) => queue.push(event) }),
    )
    Promise.all(choices)
      .catch((error: unknown) => {
        queue.push(errorEvent(explain(error)))
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

interface Choice {
  model: Model
  request: GenerationRequest
  choice: number
  signal: AbortSignal
  explain: (error: unknown) => ErrorInfo
  push: (event: GenerationEvent) => void
}

async function runChoice(deps: GenerationDeps, { model, request, choice, signal, explain, push }: Choice) {
  const { pool, clock, now, newId, randomSeed, onFinished } = deps
  const arrived = clock()
  let firstTokenAt: number | null = null
  const seed = request.sampling.seed === undefined ? randomSeed() : (request.sampling.seed + choice) % 2 ** 32
  const record = (ended: Pick<GenerationRecord, 'usage' | 'timings' | 'cacheSource' | 'reason' | 'error'>) => {
    const { actor, priority } = request
    deps.record({ id: newId(), at: now(), model: model.name, door: actor.door, priority, ...ended })
  }
  const onEvent = (event: RunEvent) => {
    if (event.type === 'text' || event.type === 'reasoning' || event.type === 'toolCall') firstTokenAt ??= clock()
    push(toGenerationEvent(event, choice))
  }
  try {
    const { contextLength, priority, keepAliveSeconds, actor } = request
    const options = {
      contextLength,
      priority,
      keepAliveSeconds,
      owner: actor.door,
      ownerId: actor.ownerId,
      signal,
      onEvent,
    }
    const { done, queueMs, loadMs } = await pool.run(model, toEngineRequest(request, model, seed), options)
    const { prefillMs, prefillTokens, decodeMs } = done.timings
    const { usage, reason, cacheSource, renderedTokens, droppedMessages } = done
    const timings = {
      queueMs,
      loadMs,
      ttftMs: firstTokenAt === null ? null : firstTokenAt - arrived,
      prefillTps: prefillTokens > 0 && prefillMs > 0 ? (prefillTokens / prefillMs) * 1000 : null,
      // Speed between tokens: the first one belongs to the prefill.
      decodeTps: usage.completion > 1 && decodeMs > 0 ? ((usage.completion - 1) / decodeMs) * 1000 : null,
    }
    const trace = { renderedTokens, droppedMessages, seed, cacheSource }
    push({ type: 'finish', choice, reason, usage, timings, trace })
    record({ usage, timings, cacheSource, reason, error: null })
    onFinished({ model, usage, timings, contextTokens: usage.prompt + usage.completion })
  } catch (error) {
    record({ usage: null, timings: null, cacheSource: null, reason: null, error: explain(error) })
    throw error
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
