import type { LlamaContext } from 'node-llama-cpp'
import {
  createDecodeQueue,
  type DecodeAddon,
  type DecodeQueue,
  type DecodeQueueOptions,
  usualPriority,
} from './decode-queue.ts'

/** What of the library is used beyond its documentation; its version is pinned, and the tests with a model cover it. */
interface ContextInternals {
  _ctx: DecodeAddon & { setThreads(decode: number, batch: number): void }
  _decodeTokens(asked: AskedByLibrary, choose: (row: number, place: number) => unknown): Promise<[number, unknown][]>
}

interface AskedByLibrary {
  sequenceId: number
  firstTokenSequenceIndex: number
  tokens: readonly number[]
  /** Sparse: true at each token after which something is chosen. */
  logits: readonly (true | undefined)[]
  evaluationPriority?: number
  afterBatchAction?: (length: number) => unknown
}

/**
 * Makes everything that is computed in a context go through a queue of ours, the library's own methods too. The
 * library's lets a batch leave without the stream that was about to ask, starves answers beside a long prompt, puts
 * sequences out of order, and does much for each token that we don't need.
 */
export function queueFor(context: LlamaContext, options: Omit<DecodeQueueOptions, 'batchSize'>): DecodeQueue {
  const internals = context as unknown as ContextInternals // marked internal
  const queue = createDecodeQueue(internals._ctx, { ...options, batchSize: context.batchSize })
  internals._decodeTokens = (asked, choose) =>
    queue.compute({
      sequence: asked.sequenceId,
      depth: asked.firstTokenSequenceIndex,
      tokens: asked.tokens,
      outputs: asked.tokens.flatMap((_, index) => (asked.logits[index] === true ? [index] : [])),
      priority: asked.evaluationPriority ?? usualPriority,
      choose: async (row, place): Promise<[number, unknown]> => [place, await choose(row, place)],
      afterStep: asked.afterBatchAction,
    })
  return queue
}

/**
 * With how many threads the next steps are computed, while single tokens are decoded and while more than one is. The
 * stock addon takes the first for both.
 */
export function setThreads(context: LlamaContext, decode: number, batch: number): void {
  const { _ctx: addon } = context as unknown as ContextInternals // marked internal
  addon.setThreads(decode, batch)
}
