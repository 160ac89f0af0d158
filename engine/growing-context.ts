import { explainContextFailure } from './load-errors.ts'

/** Most inputs are shorter; a context for the longest that a model takes may need gigabytes. */
const firstLength = 512

/** A context for one input at a time that is made anew, larger, when an input needs it. */
export interface GrowingContext<Context> {
  /** One that takes so many tokens at least. Calls must not overlap. Throws `out_of_memory`, `model_load_failed`. */
  fit(tokens: number): Promise<Context>
  dispose(): Promise<void>
}

/**
 * @param limit tokens of an input at most
 * @param create makes a context that takes inputs of so many tokens
 */
export function createGrowingContext<Context extends { dispose(): Promise<void> }>(
  limit: number,
  create: (tokens: number) => Promise<Context>,
): GrowingContext<Context> {
  let current: { context: Context; takes: number } | null = null
  const dispose = async () => {
    const old = current
    current = null
    await old?.context.dispose()
  }
  return {
    async fit(tokens) {
      if (current !== null && current.takes >= tokens) return current.context
      await dispose()
      const takes = Math.min(limit, Math.max(firstLength, 2 ** Math.ceil(Math.log2(Math.max(tokens, 1)))))
      const context = await create(takes).catch((error: unknown) => {
        throw explainContextFailure(error, [], takes)
      })
      current = { context, takes }
      return context
    },
    dispose,
  }
}

/**
 * Sizes for a context of node-llama-cpp that takes inputs of so many tokens: it refuses one that fills it, and an input
 * that does not fit in one batch is split without a word, which gives models that look at all tokens at once a
 * different vector.
 */
export function sizesFor(tokens: number): { contextSize: number; batchSize: number } {
  return { contextSize: tokens + 1, batchSize: tokens + 1 }
}
