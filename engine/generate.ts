import { LlamaVocabularyType, type LlamaModel, type Token } from 'node-llama-cpp'
import type { FinishReason } from '../shared/domain/generation.ts'
import type { EngineRequest, EngineTimings } from '../shared/process/engine.ts'
import type { InFlight } from './batching.ts'
import type { ContextGate } from './context-gate.ts'
import { Detokenizer } from './detokenizer.ts'
import type { PrefillPace } from './pace.ts'
import { samplingOptions } from './sampling.ts'
import type { SequenceSlot } from './sequence-slot.ts'
import { StopStrings } from './stop-strings.ts'
import type { ThreadControl } from './thread-control.ts'

/** ms that a chunk of a prompt may take: when nobody else decodes, and beside running answers. */
const budgetAloneMs = 150
const budgetBesideMs = 100

export interface GenerationContext {
  model: LlamaModel
  contextLength: number
  pace: PrefillPace
  inFlight: InFlight
  threads: ThreadControl
  gate: ContextGate
}

export interface GenerationListener {
  onPrefill(done: number, total: number, cached: number): void
  /** Called for every token; the text may be empty. */
  onToken(text: string): void
  /** Text that was held back until the end. */
  onRest(text: string): void
}

export interface Generated {
  reason: FinishReason
  cached: number
  completion: number
  timings: EngineTimings
}

/**
 * Reads the prompt into the slot and writes the answer, token by token. An abort is obeyed after the chunk or token
 * that is being computed, and leaves the slot usable with all that was computed.
 *
 * @throws the signal's reason, or what the engine failed with
 */
export async function generate(
  context: GenerationContext,
  slot: SequenceSlot,
  prompt: Token[],
  request: EngineRequest,
  listener: GenerationListener,
  signal: AbortSignal,
): Promise<Generated> {
  const startedAt = performance.now()
  const cached = await prefill(context, slot, prompt, listener, signal)
  const decoded = await decode(context, slot, prompt, request, listener, signal)
  const firstAt = decoded.firstTokenAt ?? performance.now()
  return {
    reason: decoded.reason,
    cached,
    completion: decoded.completion,
    timings: {
      prefillMs: firstAt - startedAt,
      prefillTokens: prompt.length - cached,
      decodeMs: decoded.lastTokenAt === null ? 0 : decoded.lastTokenAt - firstAt,
    },
  }
}

/** Reads all but the last token of the prompt, which the first step of the answer reads. Returns the cached tokens. */
async function prefill(
  { pace, inFlight, threads, gate }: GenerationContext,
  slot: SequenceSlot,
  prompt: Token[],
  listener: GenerationListener,
  signal: AbortSignal,
): Promise<number> {
  const cached = await gate.alone(() => slot.keepPrefix(prompt))
  let done = cached
  listener.onPrefill(done, prompt.length, cached)
  while (done < prompt.length - 1) {
    while (gate.opened !== null) await gate.opened
    signal.throwIfAborted()
    const budgetMs = inFlight.count > 0 ? budgetBesideMs : budgetAloneMs
    const chunk = prompt.slice(done, Math.min(done + pace.chunkSize(done, budgetMs), prompt.length - 1))
    const startedAt = performance.now()
    inFlight.count++
    try {
      await slot.sequence.evaluateWithoutGeneratingNewTokens(chunk)
      threads.end()
    } finally {
      inFlight.count--
    }
    pace.record(done, chunk.length, performance.now() - startedAt)
    done += chunk.length
    listener.onPrefill(done, prompt.length, cached)
  }
  return cached
}

async function decode(
  { model, contextLength, inFlight, threads, gate }: GenerationContext,
  slot: SequenceSlot,
  prompt: Token[],
  request: EngineRequest,
  listener: GenerationListener,
  signal: AbortSignal,
) {
  const seen = [...prompt]
  const history = (count: number) => seen.slice(-count)
  const options = samplingOptions(model, request.sampling, request.seed, contextLength, history)
  const limit = Math.min(request.maxTokens ?? Infinity, contextLength - prompt.length)
  const detokenizer = createDetokenizer(model, prompt)
  const stops = new StopStrings(request.stop)
  let reason: FinishReason = 'length'
  let completion = 0
  let firstTokenAt: number | null = null
  let lastTokenAt: number | null = null

  signal.throwIfAborted()
  const tokens = slot.sequence.evaluateWithMetadata(prompt.slice(-1), {}, options)
  inFlight.count++
  try {
    while (completion < limit) {
      if (gate.opened !== null) await waitOutside(gate, inFlight)
      const { value, done } = await tokens.next()
      threads.end()
      lastTokenAt = performance.now()
      firstTokenAt ??= lastTokenAt
      if (done === true) {
        reason = 'stop'
        break
      }
      signal.throwIfAborted()
      completion++
      seen.push(value.token)
      const { text, stopped } = stops.push(detokenizer.push(value.token))
      listener.onToken(text)
      if (stopped) return { reason: 'stop' as const, completion, firstTokenAt, lastTokenAt }
    }
  } finally {
    inFlight.count--
    await tokens.return()
  }
  const rest = stops.push(detokenizer.flush())
  listener.onRest(rest.stopped ? rest.text : rest.text + stops.flush())
  return { reason: rest.stopped ? ('stop' as const) : reason, completion, firstTokenAt, lastTokenAt }
}

/** A stream that waits does not take part in the batch, which would wait for it. */
async function waitOutside(gate: ContextGate, inFlight: InFlight): Promise<void> {
  inFlight.count--
  while (gate.opened !== null) await gate.opened
  inFlight.count++
}

function createDetokenizer(model: LlamaModel, prompt: readonly Token[]): Detokenizer<Token> {
  // Byte-level BPE has no leading space to decide about, and half the calls are saved.
  const independent = model.vocabularyType === LlamaVocabularyType.bpe
  return new Detokenizer<Token>(
    (tokens, before) => model.detokenize(tokens, false, independent ? undefined : before),
    prompt,
  )
}
