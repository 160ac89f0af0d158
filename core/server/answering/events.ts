import { AppError, toErrorInfo } from '../../../shared/domain/errors.ts'
import type { GenerationEvent } from '../../../shared/domain/generation.ts'
import { within } from './within.ts'

/** Events of a generation that has begun, or is taking its time. */
export interface BegunAnswer {
  events: AsyncIterable<GenerationEvent>
}

/**
 * Waits until the model begins to read the prompt, so that an error before that still gets its own status; but no
 * longer than `holdMs`, because clients wait for headers only so long.
 * @throws AppError that the generation began with
 */
export async function begin(source: AsyncIterable<GenerationEvent>, holdMs: number): Promise<BegunAnswer> {
  const iterator = source[Symbol.asyncIterator]()
  const until = performance.now() + holdMs
  const told: GenerationEvent[] = []
  let next = iterator.next()
  for (;;) {
    const result = await within(next, until - performance.now())
    if (result === null || result.done) break
    if (result.value.type === 'error') throw new AppError(result.value.error)
    if (result.value.type !== 'queued' && result.value.type !== 'loading') break
    told.push(result.value)
    next = iterator.next()
  }
  return { events: resume(told, iterator, next) }
}

async function* resume(
  told: readonly GenerationEvent[],
  iterator: AsyncIterator<GenerationEvent>,
  pending: Promise<IteratorResult<GenerationEvent>>,
): AsyncGenerator<GenerationEvent, void, void> {
  try {
    yield* told
    for (let result = await pending; !result.done; result = await iterator.next()) yield result.value
  } finally {
    await iterator.return?.()
  }
}

/**
 * The events up to the last one; an `error` event is thrown, and so is an end before all choices were finished.
 * @throws AppError
 */
export async function* whole(
  events: AsyncIterable<GenerationEvent>,
  choices: number,
): AsyncGenerator<GenerationEvent, void, void> {
  const open = new Set(Array.from({ length: choices }, (_, index) => index))
  for await (const event of events) {
    if (event.type === 'error') throw new AppError(event.error)
    if (event.type === 'finish') open.delete(event.choice)
    yield event
  }
  if (open.size > 0) {
    throw new AppError({
      code: 'internal',
      message: 'The answer ended before it was complete.',
      suggestion: 'Send the request again.',
    })
  }
}

/** What went wrong, for someone whose answer the server may have ended itself. */
export function reasonOf(thrown: unknown, signal: AbortSignal): AppError {
  const reason: unknown = signal.reason
  return signal.aborted && reason instanceof AppError ? reason : new AppError({ ...toErrorInfo(thrown), cause: thrown })
}
