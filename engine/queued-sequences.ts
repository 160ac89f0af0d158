import type { LlamaContext } from 'node-llama-cpp'
import type { Queued } from './batching.ts'

/** What of the library is used beyond its documentation; its version is pinned, and a test covers it. */
interface ContextInternals {
  _queuedDecodes: { sequenceId: number; firstTokenSequenceIndex: number }[]
}

/** Whose tokens wait to be computed, in the order in which the library hands them to a batch strategy. */
export function queuedSequences(context: LlamaContext): Queued[] {
  const { _queuedDecodes: queue } = context as unknown as ContextInternals // marked internal
  return queue.map(({ sequenceId, firstTokenSequenceIndex }) => ({
    sequence: sequenceId,
    depth: firstTokenSequenceIndex,
  }))
}
