import type { LlamaContext } from 'node-llama-cpp'

/** What of the library is used beyond its documentation; its version is pinned, and a test covers it. */
interface ContextInternals {
  _queuedDecodes: { sequenceId: number }[]
}

/** Whose tokens wait to be computed, in the order in which the library hands them to a batch strategy. */
export function queuedSequences(context: LlamaContext): number[] {
  return (context as unknown as ContextInternals)._queuedDecodes.map(({ sequenceId }) => sequenceId) // marked internal
}
