import type { LlamaContextSequence, Token } from 'node-llama-cpp'
import type { SlotState } from './slots.ts'

/** One sequence of the context, with what its KV cache holds. */
export class SequenceSlot implements SlotState<Token> {
  readonly sequence: LlamaContextSequence
  /** The chat whose content it holds; null where the request named none. */
  cacheKey: string | null = null
  /** Its content is to be erased as soon as nobody uses it. */
  forgotten = false
  /** What it does just now. */
  activity: 'idle' | 'prefill' | 'decode' = 'idle'

  constructor(sequence: LlamaContextSequence) {
    this.sequence = sequence
  }

  get length(): number {
    return this.sequence.nextTokenIndex
  }

  get tokens(): Token[] {
    return this.sequence.contextTokens
  }

  commonPrefix(prompt: readonly Token[]): number {
    // The library compares only, though its type asks for a mutable array.
    return this.sequence.compareContextTokens(prompt as Token[]).firstDifferentIndex
  }

  /** Keeps the prompt's beginning in the cache and erases the rest; returns how many tokens need not be read again. */
  async keepPrefix(prompt: readonly Token[]): Promise<number> {
    // `false`: shifted tokens would keep what was computed in another context. The last token is always read again,
    // because the answer begins with what it predicts.
    await this.sequence.adaptStateToTokens(prompt.slice(0, -1), false)
    return this.sequence.nextTokenIndex
  }

  /** Empties the slot: after a failure, when nobody knows what the cache holds, and when its chat was erased. */
  async reset(): Promise<void> {
    await this.sequence.clearHistory()
    this.cacheKey = null
    this.forgotten = false
  }
}
