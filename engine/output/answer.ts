import type { SequenceEvaluateMetadataOptions, SequenceEvaluateOptions, Token } from 'node-llama-cpp'
import type { FinishReason, TokenLogprob } from '../../shared/domain/generation.ts'
import type { ChosenToken } from '../token-stream.ts'

/** A part of an answer, in the order in which it was written. */
export type Piece =
  /** The text may be empty while a character is open: there is one piece for each token, so that tokens are counted. */
  | { kind: 'text'; text: string; logprobs?: TokenLogprob[] }
  | { kind: 'reasoning'; text: string }
  | { kind: 'toolCall'; index: number; callId: string; name?: string; argumentsDelta?: string }

/** What one token made of the answer. */
export interface Pushed {
  pieces: Piece[]
  /** Not null when nothing may follow. */
  ended: FinishReason | null
  /** Tokens to evaluate next instead of the one that was pushed, which then never was: a closing tag. */
  replace?: Token[]
}

/** How one answer is sampled, and what its tokens mean. */
export interface Answer {
  /** For a stream of tokens. What depends on the answer so far are functions. */
  readonly options: SequenceEvaluateOptions
  readonly metadata: SequenceEvaluateMetadataOptions
  /** Takes what the stream chose. */
  push(step: ChosenToken): Pushed
  /** The model ended of itself (`stop`) or ran out of room (`length`): what was held back, and why as clients see it. */
  end(reason: FinishReason): { pieces: Piece[]; reason: FinishReason }
  /** Tokens that were thought, not said. */
  readonly reasoningTokens: number
}
