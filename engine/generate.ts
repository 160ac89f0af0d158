import type { LlamaContextSequence, Token } from 'node-llama-cpp'
import type { CacheSource, FinishReason } from '../shared/domain/generation.ts'
import type { EngineTimings } from '../shared/process/engine.ts'
import type { InFlight } from './batching.ts'
import type { DecodeQueue } from './decode-queue.ts'
import type { Answer, Piece } from './output/answer.ts'
import { evaluationPriority, type Lease, type Scheduler, type Ticket } from './scheduler.ts'
import type { SequenceSlot } from './sequence-slot.ts'
import type { SharedPrefixes, SharedReader } from './shared-prefix.ts'
import type { PrefixCache } from './states/prefix-cache.ts'
import type { Steps } from './steps.ts'
import { createTokenStream } from './token-stream.ts'

/** What all generations of a model share. */
export interface GenerationContext {
  contextLength: number
  scheduler: Scheduler<Token, SequenceSlot>
  cache: PrefixCache<SequenceSlot>
  shared: SharedPrefixes<SequenceSlot>
  steps: Steps
  inFlight: InFlight
  queue: DecodeQueue
  /** Ends the step that a sequence takes part in, if it is a long one and the addon can. */
  abortStep: (sequence: LlamaContextSequence) => void
}

/** One prompt and its answer. */
export interface Run {
  readonly ticket: Ticket
  readonly prompt: readonly Token[]
  readonly answer: Answer
  readonly maxTokens: number
  readonly seed: number
  readonly cacheKey: string | null
  readonly signal: AbortSignal
  onPrefill(done: number, total: number, cached: number): void
  /** Called for every token; there may be no pieces. */
  onToken(pieces: readonly Piece[]): void
  /** What was held back until the end. */
  onRest(pieces: readonly Piece[]): void
  /** Whether its chat was erased meanwhile. */
  isForgotten(): boolean
}

export interface Generated {
  reason: FinishReason
  cached: number
  cacheSource: CacheSource
  completion: number
  timings: EngineTimings
}

/** How far a run is; outlives the slots that it gets. */
interface Progress {
  /** The prompt, and what was written of the answer. */
  tokens: Token[]
  completion: number
  cached: { tokens: number; source: CacheSource } | null
  prefillTokens: number
  prefillMs: number
  decodeMs: number
  /** When it got its present slot, or wrote its first token in it. */
  since: number
  interruptions: number
}

/**
 * Reads the prompt into a slot and writes the answer, token by token. When a more urgent request needs the slot it gives
 * it up after the present chunk or token, and goes on later from where it was. An abort is obeyed after the chunk or
 * token that is being computed, and leaves the slot usable with all that was computed.
 *
 * @throws the signal's reason, or what the engine failed with
 */
export async function generate(context: GenerationContext, run: Run): Promise<Generated> {
  const progress: Progress = {
    tokens: [...run.prompt],
    completion: 0,
    cached: null,
    prefillTokens: 0,
    prefillMs: 0,
    decodeMs: 0,
    since: 0,
    interruptions: 0,
  }
  for (;;) {
    const lease = await context.scheduler.acquire(run.ticket, progress.tokens, run.signal)
    progress.since = performance.now()
    try {
      const reason = await occupy(context, lease, run, progress)
      if (reason !== null) return summary(progress, reason)
      progress.interruptions++
    } catch (error) {
      if (run.signal.aborted) throw run.signal.reason
      await context.queue.alone(() => lease.slot.reset())
      throw error
    } finally {
      countTime(progress)
      await leave(context, lease, run)
    }
  }
}

function summary(progress: Progress, reason: FinishReason): Generated {
  countTime(progress)
  const { cached, completion, prefillMs, prefillTokens, decodeMs } = progress
  return {
    reason,
    cached: cached?.tokens ?? 0,
    cacheSource: cached?.source ?? 'none',
    completion,
    timings: { prefillMs, prefillTokens, decodeMs },
  }
}

/** Time without a slot belongs to neither. */
function countTime(progress: Progress): void {
  const now = performance.now()
  if (progress.completion === 0) progress.prefillMs += now - progress.since
  else progress.decodeMs += now - progress.since
  progress.since = now
}

async function leave({ queue }: GenerationContext, { slot, release }: Lease<SequenceSlot>, run: Run): Promise<void> {
  slot.activity = 'idle'
  try {
    if (slot.forgotten || run.isForgotten()) await queue.alone(() => slot.reset())
  } finally {
    release()
  }
}

/** Null when it was interrupted before its end. */
async function occupy(
  context: GenerationContext,
  lease: Lease<SequenceSlot>,
  run: Run,
  progress: Progress,
): Promise<FinishReason | null> {
  const { slot } = lease
  slot.activity = 'prefill'
  const { cached, source } = await context.cache.prepare(slot, progress.tokens, run.cacheKey)
  progress.cached ??= { tokens: cached, source }
  const rank = evaluationPriority(run.ticket.priority)
  const reader = context.shared.enter(slot, progress.tokens, rank, cached)
  const abortStep = () => context.abortStep(slot.sequence)
  run.signal.addEventListener('abort', abortStep)
  try {
    const begin = await loadShared(context, lease, run, progress, reader, cached)
    const done = await read(context, lease, run, progress, reader, begin)
    return done === null ? null : await write(context, lease, run, progress, reader, done)
  } finally {
    run.signal.removeEventListener('abort', abortStep)
    reader.leave()
    context.steps.leave(reader)
  }
}

/** Waits for others who read the same beginning; returns how many tokens need not be read. */
async function loadShared(
  { cache }: GenerationContext,
  lease: Lease<SequenceSlot>,
  run: Run,
  progress: Progress,
  reader: SharedReader,
  held: number,
): Promise<number> {
  let cached = held
  while (cache.isOn && !lease.wanted) {
    if (!(await reader.waitForOther(cached, () => lease.wanted, run.signal))) break
    const loaded = await cache.prepare(lease.slot, progress.tokens, run.cacheKey)
    const isMore = loaded.cached > cached
    cached = loaded.cached
    if (progress.completion === 0) progress.cached = { tokens: cached, source: loaded.source }
    if (!isMore) break
  }
  return cached
}

/** Reads the prompt up to its last chunk, which the first step of the answer reads. Null when it was interrupted. */
async function read(
  context: GenerationContext,
  lease: Lease<SequenceSlot>,
  run: Run,
  progress: Progress,
  reader: SharedReader,
  begin: number,
): Promise<number | null> {
  const { steps } = context
  const { tokens } = progress
  const tell = (done: number) => {
    if (progress.completion === 0) run.onPrefill(done, run.prompt.length, progress.cached?.tokens ?? 0)
  }
  let done = begin
  tell(done)
  for (;;) {
    run.signal.throwIfAborted()
    if (lease.wanted) return null
    await reader.reached(done)
    const size = reader.cut(done, steps.chunk(reader, done, 'request'))
    if (tokens.length - done <= size) return done
    const chunk = tokens.slice(done, done + size)
    await readChunk(context, lease.slot.sequence, chunk, run.ticket, run.signal)
    done += chunk.length
    progress.prefillTokens += chunk.length
    tell(done)
  }
}

/** Evaluates a chunk of a prompt. @throws the signal's reason when it was aborted meanwhile */
export async function readChunk(
  { inFlight, steps }: Pick<GenerationContext, 'inFlight' | 'steps'>,
  sequence: LlamaContextSequence,
  chunk: Token[],
  ticket: Ticket,
  signal: AbortSignal,
): Promise<void> {
  inFlight.count++
  try {
    await sequence.evaluateWithoutGeneratingNewTokens(chunk, {
      evaluationPriority: evaluationPriority(ticket.priority),
    })
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    inFlight.count--
    steps.end()
  }
}

/** Writes from the first token that is not in the cache. Null when it was interrupted. */
async function write(
  context: GenerationContext,
  lease: Lease<SequenceSlot>,
  run: Run,
  progress: Progress,
  reader: SharedReader,
  done: number,
): Promise<FinishReason | null> {
  const { inFlight, steps } = context
  const { tokens } = progress
  const end = (reason: FinishReason) => {
    const last = run.answer.end(reason)
    run.onRest(last.pieces)
    return last.reason
  }
  let isWriting = false
  let pending = tokens.slice(done)
  if (progress.completion === 0) progress.prefillTokens += pending.length
  const stream = streamOf(context, run, progress, lease.slot.sequence)
  inFlight.count++
  try {
    for (;;) {
      const step = await stream.next(pending)
      steps.end()
      if (!isWriting) {
        isWriting = true
        lease.slot.activity = 'decode'
        steps.decoding(1)
        steps.leave(reader)
        if (progress.completion === 0) countTime(progress)
        const held = tokens.length
        if (reader.isAwaited) await outside(inFlight, () => reader.reached(held))
        else await reader.reached(held)
      }
      if (step === null) return end('stop')
      run.signal.throwIfAborted()
      progress.completion++
      const { pieces, ended, replace } = run.answer.push(step)
      run.onToken(pieces)
      if (ended !== null) return ended
      pending = replace ?? [step.token]
      tokens.push(...pending)
      if (progress.completion >= run.maxTokens || tokens.length >= context.contextLength) return end('length')
      if (lease.wanted) return null
    }
  } finally {
    inFlight.count--
    if (isWriting) steps.decoding(-1)
    await stream.end()
  }
}

/** The sampler begins anew with each stream, so each gets numbers of its own. */
function streamOf({ queue }: GenerationContext, run: Run, progress: Progress, sequence: LlamaContextSequence) {
  const { answer, ticket, seed } = run
  return createTokenStream(queue, sequence, answer.metadata, {
    ...answer.options,
    evaluationPriority: evaluationPriority(ticket.priority),
    ...(progress.interruptions === 0 ? {} : { seed: (seed + progress.interruptions * 0x9e3779b1) % 2 ** 32 }),
  })
}

/** A stream that waits does not take part in the batch, which would wait for it. */
async function outside(inFlight: InFlight, wait: () => Promise<void>): Promise<void> {
  inFlight.count--
  try {
    await wait()
  } finally {
    inFlight.count++
  }
}
