import { AppError } from '../shared/domain/errors.ts'
import type { PromptMessage } from '../shared/domain/generation.ts'
import type { TokenCount } from './count-tokens.ts'

/** What truncation needs to know of the model. */
export interface TokenMeter<Rendered extends { tokens: readonly unknown[] }> {
  render(messages: readonly PromptMessage[]): Promise<Rendered>
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

/** Messages that stay or go together: a turn, or a call of tools with its results. */
interface Unit {
  messages: PromptMessage[]
  mustStay: boolean
  /** Tokens of the texts alone; null: not counted, since it went before that. */
  tokens: number | null
}

/** More characters than almost any text has for each of its tokens. */
const charactersOfToken = 8

/**
 * Renders a conversation so that it fits the context together with room for the answer. With `truncate` the oldest
 * turns are dropped, and after them the oldest calls of tools of the last turn together with their results; but never
 * a system message, the last message of the user, or the last call. Without, or when what must stay does not fit,
 * throws `context_overflow`. Work is bounded by the context, not by the conversation.
 */
export async function fitMessages<Rendered extends { tokens: readonly unknown[] }>(
  messages: readonly PromptMessage[],
  options: FitOptions,
  meter: TokenMeter<Rendered>,
): Promise<{ rendered: Rendered; droppedMessages: number }> {
  const { promptLimit, contextLength, answerTokens, truncate } = options
  const target = truncate ? Math.max(1, promptLimit - answerTokens) : promptLimit
  const characters = messages.reduce((sum, message) => sum + textOf(message).length, 0)
  if (characters <= target * charactersOfToken) {
    // It mostly fits: then its texts need not be counted one by one.
    const whole = await meter.render(messages)
    if (whole.tokens.length <= target) return { rendered: whole, droppedMessages: 0 }
  }
  const units = unitsOf(messages)
  await keepWhatMayFit(units, target, options, meter)
  const kept = () => {
    const staying = new Set(units.flatMap((unit) => unit.messages))
    return messages.filter((message) => staying.has(message))
  }
  let rendered = await meter.render(kept())
  const tokens = () => rendered.tokens.length
  if (!truncate && tokens() > target) throw contextOverflow(tokens(), contextLength)
  while (tokens() > target && dropTokens(units, tokens(), target)) rendered = await meter.render(kept())
  if (tokens() > promptLimit) throw contextOverflow(tokens(), contextLength)
  return { rendered, droppedMessages: messages.length - kept().length }
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

/** Oldest first. A unit begins with a message of the user; in the last turn, with each answer that calls tools. */
function unitsOf(messages: readonly PromptMessage[]): Unit[] {
  const lastUser = messages.findLastIndex(({ role }) => role === 'user')
  const units: Unit[] = []
  const system: PromptMessage[] = []
  for (const [index, message] of messages.entries()) {
    const current = units.at(-1)
    const begins = index > lastUser ? message.role === 'assistant' : message.role === 'user'
    if (message.role === 'system') system.push(message)
    else if (begins || current === undefined)
      units.push({ messages: [message], mustStay: index === lastUser, tokens: null })
    else current.messages.push(message)
  }
  const last = units.at(-1)
  if (last !== undefined) last.mustStay = true
  // The beginning of an answer needs the call before it.
  const before = units.at(-2)
  if (before !== undefined && isBegunAnswer(messages.at(-1)) && before.messages.some(({ role }) => role === 'tool')) {
    before.mustStay = true
  }
  return system.length === 0 ? units : [{ messages: system, mustStay: true, tokens: null }, ...units]
}

function isBegunAnswer(message: PromptMessage | undefined): boolean {
  return message?.role === 'assistant' && (message.toolCalls?.length ?? 0) === 0
}

/**
 * Leaves what must stay, and the newest of the others whose texts alone do not exceed the target. A first, cheap
 * selection: only rendering counts exactly.
 */
async function keepWhatMayFit<Rendered extends { tokens: readonly unknown[] }>(
  units: Unit[],
  target: number,
  { promptLimit, contextLength, truncate }: FitOptions,
  meter: Pick<TokenMeter<Rendered>, 'count'>,
): Promise<void> {
  let used = 0
  const add = async (unit: Unit, limit: number): Promise<boolean> => {
    unit.tokens = 0
    for (const message of unit.messages) {
      const { tokens } = await meter.count(textOf(message), Math.max(0, limit - used))
      unit.tokens += tokens
      used += tokens
      if (used > limit) return false
    }
    return true
  }
  for (const unit of units) {
    if (unit.mustStay && !(await add(unit, promptLimit))) throw contextOverflow(used, contextLength)
  }
  for (let index = units.length - 1; index >= 0; index--) {
    const unit = units[index]
    if (unit === undefined || unit.mustStay || (await add(unit, target))) continue
    if (!truncate) throw contextOverflow(used, contextLength)
    const staying = units.filter((one, at) => one.mustStay || at > index)
    units.splice(0, units.length, ...staying)
    return
  }
}

/**
 * Drops the oldest units until about as many tokens are gone as are too many; false when nothing more may go. What the
 * template puts around a message is taken as the average of this rendering.
 */
function dropTokens(units: Unit[], rendered: number, target: number): boolean {
  const texts = units.reduce((sum, { tokens }) => sum + (tokens ?? 0), 0)
  const count = units.reduce((sum, { messages }) => sum + messages.length, 0)
  const around = Math.max(0, Math.floor((rendered - texts) / Math.max(1, count)))
  const before = units.length
  let excess = rendered - target
  while (excess > 0) {
    const oldest = units.findIndex(({ mustStay }) => !mustStay)
    if (oldest === -1) break
    const [gone] = units.splice(oldest, 1)
    if (gone !== undefined) excess -= (gone.tokens ?? 0) + around * gone.messages.length
  }
  return units.length < before
}

/** All that a message makes a template write. */
function textOf({ content, reasoning, toolCalls }: PromptMessage): string {
  const calls = (toolCalls ?? []).map(({ name, arguments: text }) => name + text).join('')
  return content + (reasoning ?? '') + calls
}
