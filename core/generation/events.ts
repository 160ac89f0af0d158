import type { GenerationEvent } from '../../shared/domain/generation.ts'
import type { RunEvent } from '../engines/work.ts'

/** What the pool tells of one choice, as clients see it. */
export function toGenerationEvent(event: RunEvent, choice: number): GenerationEvent {
  switch (event.type) {
    case 'queued':
      return { type: 'queued', choice, position: event.position }
    case 'loading':
      return { type: 'loading', choice, progress: event.progress }
    case 'prefill':
      return { type: 'prefill', choice, done: event.done, total: event.total, cached: event.cached }
    case 'text': {
      const { text, tokens, logprobs } = event
      return { type: 'text', choice, text, tokens, ...(logprobs === undefined ? {} : { logprobs }) }
    }
    case 'reasoning':
      return { type: 'reasoning', choice, text: event.text, tokens: event.tokens }
    case 'toolCall': {
      const { index, callId, name, argumentsDelta } = event
      return {
        type: 'toolCall',
        choice,
        index,
        id: callId,
        ...(name === undefined ? {} : { name }),
        ...(argumentsDelta === undefined ? {} : { argumentsDelta }),
      }
    }
  }
}

/** Two events as one where that loses nothing, so that a slow reader costs memory for its text only. */
export function joinEvents(last: GenerationEvent, next: GenerationEvent): GenerationEvent | null {
  if (last.type !== next.type || last.choice !== next.choice) return null
  if (last.type === 'text' && next.type === 'text') {
    if ((last.logprobs === undefined) !== (next.logprobs === undefined)) return null
    const logprobs = [...(last.logprobs ?? []), ...(next.logprobs ?? [])]
    const joined = { ...last, text: last.text + next.text, tokens: last.tokens + next.tokens }
    return last.logprobs === undefined ? joined : { ...joined, logprobs }
  }
  if (last.type === 'reasoning' && next.type === 'reasoning') {
    return { ...last, text: last.text + next.text, tokens: last.tokens + next.tokens }
  }
  // A name comes once and before the arguments: what follows for the same call adds to them.
  if (last.type === 'toolCall' && next.type === 'toolCall' && last.id === next.id && next.name === undefined) {
    return { ...last, argumentsDelta: (last.argumentsDelta ?? '') + (next.argumentsDelta ?? '') }
  }
  if (last.type === 'prefill' && next.type === 'prefill') return next
  return last.type === 'loading' && next.type === 'loading' ? next : null
}
