import type { Message } from '../../../shared/domain/chats.ts'
import type { Thinking } from './chat-state.ts'

/**
 * How long a model thought, in ms: measured where it was watched, else reckoned from its measured figures (`about`);
 * null where neither is known.
 */
export function thoughtFor(
  { usage, timings }: Pick<Message, 'usage' | 'timings'>,
  seen: Thinking | undefined,
): { ms: number; about: boolean } | null {
  if (seen !== undefined && seen.end !== null) return { ms: seen.end - seen.start, about: false }
  const tokens = usage?.reasoning ?? 0
  const tps = timings?.decodeTps ?? 0
  return tokens > 0 && tps > 0 ? { ms: (tokens / tps) * 1000, about: true } : null
}
