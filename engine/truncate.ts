import { AppError } from '../shared/domain/errors.ts'
import type { PromptMessage } from '../shared/domain/generation.ts'
import type { TokenCount } from './count-tokens.ts'

/** What truncation needs to know of the model. */
export interface TokenMeter<Token> {
  render(messages: readonly PromptMessage[]): Token[]
  /** Counts a message's own text, giving up beyond the limit. */
  count(text: string, limit: number): Promise<TokenCount>
}

export interface FitOptions {
  /** Tokens that a prompt may have at most: the context, less one token for the answer. */
  promptLimit: number
  contextLength: number
  /** Tokens that dropping messages makes room for. */
  answerTokens: number
  truncate: boolean
}

/**
 * Renders a conversation so that it fits the context together with room for the answer. With `truncate` the oldest
 * messages are dropped, but never a system message, nor the last message of the user and what follows it; the first
 * kept turn is the user's, since templates demand it. Without, or when what must stay does not fit, throws
 * `context_overflow`. Work is bounded by the context, not by the conversation.
 */
export async function fitMessages<Token>(
  messages: readonly PromptMessage[],
  options: FitOptions,
  meter: TokenMeter<Token>,
): Promise<{ tokens: Token[]; droppedMessages: number }> {
  const { promptLimit, answerTokens, truncate } = options
  const target = truncate ? Math.max(1, promptLimit - answerTokens) : promptLimit
  const counts = new Map<PromptMessage, number>()
  const kept = await newestThatMayFit(messages, target, options, meter, counts)
  let tokens = meter.render(kept)
  if (kept.length === messages.length && tokens.length <= target) return { tokens, droppedMessages: 0 }
  if (!truncate) throw contextOverflow(tokens.length, options.contextLength)
  while (tokens.length > target && dropTokens(kept, tokens.length, target, counts)) tokens = meter.render(kept)
  if (tokens.length > promptLimit) throw contextOverflow(tokens.length, options.contextLength)
  return { tokens, droppedMessages: messages.length - kept.length }
}

/** A prompt that the context can't hold. `tokens` may be an estimate for very long ones. */
export function contextOverflow(tokens: number, contextLength: number): AppError {
  return new AppError({
    code: 'context_overflow',
    message: `This is too long for the model: about ${tokens} tokens, and its context holds ${contextLength}.`,
    suggestion: 'Shorten it, start a new chat, or load the model with a larger context length.',
    data: { tokens, contextLength },
  })
}

/**
 * What must stay, and the newest of the others whose texts alone do not exceed the target, in their order. A first,
 * cheap selection: only rendering counts exactly.
 */
async function newestThatMayFit<Token>(
  messages: readonly PromptMessage[],
  target: number,
  options: FitOptions,
  meter: TokenMeter<Token>,
  counts: Map<PromptMessage, number>,
): Promise<PromptMessage[]> {
  const lastUser = messages.findLastIndex((message) => message.role === 'user')
  let used = 0
  const add = async (message: PromptMessage, limit: number): Promise<boolean> => {
    const { tokens } = await meter.count(message.content, Math.max(0, limit - used))
    counts.set(message, tokens)
    used += tokens
    return used <= limit
  }
  for (const [index, message] of messages.entries()) {
    const mustStay = message.role === 'system' || index >= lastUser
    if (mustStay && !(await add(message, options.promptLimit))) throw contextOverflow(used, options.contextLength)
  }
  let first = Math.max(0, lastUser)
  for (let index = first - 1; index >= 0; index--) {
    const message = messages[index]
    if (message === undefined || message.role === 'system') continue
    if (!(await add(message, target))) {
      if (!options.truncate) throw contextOverflow(used, options.contextLength)
      break
    }
    first = index
  }
  const kept = messages.filter((message, index) => message.role === 'system' || index >= first)
  if (kept.length < messages.length) dropUntilUser(kept)
  return kept
}

/**
 * Drops the oldest turns until about as many tokens are gone as are too many; false when nothing more may go. What the
 * template puts around a message is taken as the average of the last rendering.
 */
function dropTokens(
  kept: PromptMessage[],
  rendered: number,
  target: number,
  counts: Map<PromptMessage, number>,
): boolean {
  const countOf = (message: PromptMessage) => counts.get(message) ?? 0
  const texts = kept.reduce((sum, message) => sum + countOf(message), 0)
  const around = Math.max(0, Math.floor((rendered - texts) / kept.length))
  const before = kept.length
  let excess = rendered - target
  while (excess > 0) {
    const oldest = kept.findIndex((message) => message.role !== 'system')
    if (oldest === -1 || oldest >= lastUserIndex(kept)) break
    const gone = kept.splice(oldest, 1)
    gone.push(...dropUntilUser(kept))
    for (const message of gone) excess -= countOf(message) + around
  }
  return kept.length < before
}

/** Drops what stands before the first turn of the user, and returns it. */
function dropUntilUser(kept: PromptMessage[]): PromptMessage[] {
  const dropped: PromptMessage[] = []
  for (;;) {
    const first = kept.findIndex((message) => message.role !== 'system')
    if (first === -1 || first >= lastUserIndex(kept) || kept[first]?.role === 'user') return dropped
    dropped.push(...kept.splice(first, 1))
  }
}

function lastUserIndex(messages: readonly PromptMessage[]): number {
  return messages.findLastIndex((message) => message.role === 'user')
}
