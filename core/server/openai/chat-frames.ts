import type {
  FinishEvent,
  FinishReason,
  GenerationEvent,
  TokenLogprob,
  Usage,
} from '../../../shared/domain/generation.ts'

/** What all frames of one answer share. */
export interface CompletionHead {
  id: string
  /** Seconds since the epoch. */
  created: number
  model: string
}

/** Token counts as this API names them. */
export interface OpenAiUsage {
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
  prompt_tokens_details: { cached_tokens: number }
  completion_tokens_details: { reasoning_tokens: number }
}

const FINISH_REASONS: Record<FinishReason, string> = { stop: 'stop', length: 'length', toolCalls: 'tool_calls' }

/** Why an answer ended, in the API's word. */
export function toFinishReason(reason: FinishReason): string {
  return FINISH_REASONS[reason]
}

/** Counts of all choices together; they share one prompt. */
export function toUsage(all: readonly Usage[]): OpenAiUsage {
  const sum = (pick: (usage: Usage) => number) => all.reduce((total, usage) => total + pick(usage), 0)
  const prompt = Math.max(0, ...all.map((usage) => usage.prompt))
  const completion = sum((usage) => usage.completion)
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: all[0]?.cached ?? 0 },
    completion_tokens_details: { reasoning_tokens: sum((usage) => usage.reasoning) },
  }
}

/** Probabilities of tokens as this API names them; null where none were asked for. */
export function toLogprobs(all: readonly TokenLogprob[] | undefined): object | null {
  if (all === undefined) return null
  return {
    content: all.map(({ top, ...token }) => ({ ...token, top_logprobs: top })),
    refusal: null,
  }
}

/** Turns the events of a generation into `chat.completion.chunk` objects, in order. */
export interface Framer {
  toFrames(event: GenerationEvent): object[]
  /** The frames after the last event: the counts, where they were asked for. */
  last(): object[]
}

/**
 * A framer for one streamed answer. Each choice begins with its role and ends with an empty delta that says why.
 * `usage` appears only where it was asked for, because clients break on a chunk without choices (apfel #100).
 */
export function createFramer(
  head: CompletionHead,
  includeUsage: boolean,
  more: (event: FinishEvent) => object = () => ({}),
): Framer {
  const begun = new Set<number>()
  const finished: FinishEvent[] = []
  /** Choice and index of the calls that have their name already. */
  const namedCalls = new Set<string>()

  const chunk = (choices: object[], usage: OpenAiUsage | null = null) => ({
    id: head.id,
    object: 'chat.completion.chunk',
    created: head.created,
    model: head.model,
    choices,
    ...(includeUsage ? { usage } : {}),
  })
  const frame = (index: number, delta: object, finish_reason: string | null = null, logprobs: object | null = null) =>
    chunk([{ index, delta, logprobs, finish_reason }])

  function withRole(index: number, ...frames: object[]): object[] {
    if (begun.has(index)) return frames
    begun.add(index)
    return [frame(index, { role: 'assistant', content: '' }), ...frames]
  }

  function toolCall(event: Extract<GenerationEvent, { type: 'toolCall' }>): object {
    const { choice, index, id, name, argumentsDelta = '' } = event
    const call = `${choice} ${index}`
    // Only the first delta of a call names it: a name that comes again is appended by clients.
    if (namedCalls.has(call)) return { tool_calls: [{ index, function: { arguments: argumentsDelta } }] }
    namedCalls.add(call)
    return { tool_calls: [{ index, id, type: 'function', function: { name: name ?? '', arguments: argumentsDelta } }] }
  }

  return {
    toFrames(event) {
      switch (event.type) {
        case 'queued':
        case 'loading':
        case 'prefill':
        case 'error':
          return []
        case 'text':
          // A token may be the beginning of a character: it has a probability and no text yet.
          if (event.text === '' && event.logprobs === undefined) return []
          return withRole(event.choice, frame(event.choice, { content: event.text }, null, toLogprobs(event.logprobs)))
        case 'reasoning':
          // Clients read one or the other of these names.
          return withRole(event.choice, frame(event.choice, { reasoning: event.text, reasoning_content: event.text }))
        case 'toolCall':
          return withRole(event.choice, frame(event.choice, toolCall(event)))
        case 'finish':
          finished.push(event)
          return withRole(event.choice, { ...frame(event.choice, {}, toFinishReason(event.reason)), ...more(event) })
      }
    },
    last: () => (includeUsage ? [chunk([], toUsage(finished.map((event) => event.usage)))] : []),
  }
}
