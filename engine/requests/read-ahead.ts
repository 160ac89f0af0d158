import type { EngineDone, EngineRequest } from '../../shared/process/engine.ts'
import { readChunk } from '../generate.ts'
import type { Ready, Writer } from '../ready.ts'
import { prepare } from './prepare.ts'

const ticket = { priority: 'ahead', owner: 'ahead' } as const

/**
 * Reads what is certain of a prompt that will come, into a slot that nobody uses. Ends, with what it has read kept, when
 * the signal is aborted or somebody needs the slot.
 *
 * @throws AppError when the prompt can't be made
 */
export async function readAhead(
  ready: Ready,
  writer: Writer,
  request: EngineRequest,
  signal: AbortSignal,
): Promise<EngineDone> {
  const startedAt = performance.now()
  const { prompt } = await prepare(ready, writer, request, signal)
  const cacheKey = request.cacheKey ?? null
  const { cached, read, source } = await readInto(writer, prompt.tokens, cacheKey, signal)
  return {
    reason: 'stop',
    usage: { prompt: prompt.tokens.length, cached, completion: 0, reasoning: 0 },
    timings: { prefillMs: performance.now() - startedAt, prefillTokens: read, decodeMs: 0 },
    renderedTokens: prompt.tokens.length,
    droppedMessages: prompt.droppedMessages,
    cacheSource: source,
  }
}

async function readInto(
  writer: Writer,
  tokens: Parameters<typeof readChunk>[2],
  cacheKey: string | null,
  signal: AbortSignal,
) {
  const lease = signal.aborted ? null : writer.scheduler.tryAcquire(ticket, tokens)
  if (lease === null) return { cached: 0, read: 0, source: 'none' as const }
  const { slot } = lease
  const { cache, steps, queue } = writer
  const reader = {}
  const abortStep = () => writer.abortStep(slot.sequence)
  signal.addEventListener('abort', abortStep)
  try {
    slot.activity = 'prefill'
    const { cached, source } = await cache.prepare(slot, tokens, cacheKey)
    let done = cached
    while (done < tokens.length - 1 && !lease.wanted && !signal.aborted) {
      const chunk = tokens.slice(done, Math.min(done + steps.chunk(reader, done, 'ahead'), tokens.length - 1))
      await readChunk(writer, slot.sequence, chunk, ticket, signal).then(
        () => (done += chunk.length),
        (error: unknown) => {
          if (!signal.aborted) throw error
        },
      )
    }
    return { cached, read: done - cached, source }
  } catch (error) {
    await queue.alone(() => slot.reset())
    throw error
  } finally {
    signal.removeEventListener('abort', abortStep)
    slot.activity = 'idle'
    steps.leave(reader)
    if (slot.forgotten) await queue.alone(() => slot.reset())
    lease.release()
  }
}
