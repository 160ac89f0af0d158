import type { Llama, LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp'
import type { LoadOptions } from '../../shared/process/engine.ts'
import { vocabularySize } from '../vocabulary.ts'

/** A small context of its own beside those that answer, so that what they hold stays. */
export interface BenchContext {
  /** Tokens in it. */
  readonly depth: number
  /** Writes tokens until enough steps or ms have passed, or one took too long; ms of each step, one at least. */
  decode(threads: number, limits: DecodeLimits): Promise<number[]>
  /** Reads tokens in one batch; ms. */
  prefill(tokens: number, threads: number): Promise<number>
  clear(): Promise<void>
  dispose(): Promise<void>
}

export interface DecodeLimits {
  steps: number
  ms: number
  /** ms of a step after which it is no use to go on. */
  giveUpAbove: number
}

export interface BenchSettings {
  contextSize: number
  batchSize: number
  flashAttention: boolean
  mostThreads: number
}

/** Called after each step that wrote, as a host is when tokens stream to it. */
type OnStep = () => void

/** Rejects where there is no memory for it, or no flash attention for this model. */
export async function openBenchContext(
  model: LlamaModel,
  { kvType }: Pick<LoadOptions, 'kvType'>,
  { contextSize, batchSize, flashAttention, mostThreads }: BenchSettings,
  signal: AbortSignal,
  onStep: OnStep,
): Promise<BenchContext> {
  const { llama } = model
  const threadsBefore = llama.maxThreads
  llama.maxThreads = mostThreads
  const ggmlType = kvType === 'q8_0' ? 'Q8_0' : 'Q4_0'
  const context = await model.createContext({
    contextSize,
    batchSize,
    flashAttention,
    sequences: 1,
    threads: { ideal: mostThreads, min: 1 },
    ...(kvType === 'f16' ? {} : { experimentalKvCacheKeyType: ggmlType, experimentalKvCacheValueType: ggmlType }),
    failedCreationRemedy: false,
    createSignal: signal,
  })
  const sequence = context.getSequence({ contextShift: { size: 1 } })
  return {
    get depth() {
      return sequence.nextTokenIndex
    },
    decode: (threads, limits) => decode(llama, sequence, threads, { ...limits, signal, onStep }),
    async prefill(tokens, threads) {
      setThreads(llama, threads)
      const startedAt = performance.now()
      await sequence.evaluateWithoutGeneratingNewTokens(anyTokens(model, tokens, sequence.nextTokenIndex))
      return performance.now() - startedAt
    },
    clear: () => sequence.clearHistory(),
    async dispose() {
      await context.dispose()
      // Threads that it reserved are given back with a timer.
      await new Promise((resolve) => setTimeout(resolve, 1))
      llama.maxThreads = threadsBefore
    },
  }
}

async function decode(
  llama: Llama,
  sequence: LlamaContextSequence,
  threads: number,
  { steps, ms, giveUpAbove, signal, onStep }: DecodeLimits & { signal: AbortSignal; onStep: OnStep },
): Promise<number[]> {
  setThreads(llama, threads)
  const times: number[] = []
  const first = anyTokens(sequence.model, 1, sequence.nextTokenIndex)
  const tokens = sequence.evaluate(first, { temperature: 0, topK: 1, yieldEogToken: true })
  const startedAt = performance.now()
  let stepAt = startedAt
  let isFirst = true
  try {
    while (times.length < steps && !signal.aborted) {
      const { done } = await tokens.next()
      if (done === true) break
      const now = performance.now()
      const took = now - stepAt
      stepAt = now
      onStep()
      // The first step makes threads, and on a GPU its graph; unless it tells enough already.
      if (!isFirst || took > ms || took > giveUpAbove * 3) times.push(took)
      isFirst = false
      if (now - startedAt > ms || (times.at(-1) ?? 0) > giveUpAbove) break
    }
  } finally {
    await tokens.return()
  }
  return times
}

/** The library takes the limit for each step; our addon makes one pool of threads for each count and keeps it. */
function setThreads(llama: Llama, threads: number): void {
  if (llama.maxThreads !== threads) llama.maxThreads = threads
}

/** Ordinary tokens of many kinds: a mixture of experts asks others for others. */
function anyTokens(model: LlamaModel, count: number, from: number): Token[] {
  const known = vocabularySize(model)
  const span = Math.max(1, Math.min(known, 20_000) - 300)
  // Special ones are at the beginning.
  return Array.from(
    { length: count },
    (_, index) => (Math.min(300, known - 1) + (((from + index) * 7919) % span)) as Token, // ids of the vocabulary
  )
}
