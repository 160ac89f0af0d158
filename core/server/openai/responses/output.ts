import { nanoid } from 'nanoid'
import type { ErrorInfo } from '../../../../shared/domain/errors.ts'
import type { FinishEvent, GenerationEvent, PromptMessage, TokenLogprob } from '../../../../shared/domain/generation.ts'

/** An event of the stream, before it has its number. */
export type ResponseEvent = { type: string } & Record<string, unknown>

type Item =
  | { type: 'reasoning'; id: string; text: string }
  | { type: 'message'; id: string; text: string; logprobs: TokenLogprob[] }
  | { type: 'function_call'; id: string; callId: string; name: string; text: string }

export interface ResponseHead {
  id: string
  /** Seconds since the epoch. */
  createdAt: number
  model: string
  /** Fields of the request that the response repeats. */
  echoed: object
}

/** Builds a response out of the events of a generation, item after item, and tells the events of its stream. */
export interface ResponseOutput {
  begin(): ResponseEvent[]
  add(event: GenerationEvent): ResponseEvent[]
  /** What the stream ends with when it broke off. */
  fail(error: ErrorInfo, code: string): ResponseEvent[]
  response(): object
  /** What was answered, as the next request has it in its conversation. */
  messages(): PromptMessage[]
}

export function createOutput(head: ResponseHead): ResponseOutput {
  const items: Item[] = []
  let open: Item | null = null
  /** The item in which the answer ended too early. */
  let cut: Item | null = null
  let callIndex = -1
  let finish: FinishEvent | null = null
  let failure: { message: string; code: string } | null = null

  const at = () => items.length - 1

  function start(item: Item): ResponseEvent[] {
    const before = close()
    items.push(item)
    open = item
    const place = { item_id: item.id, output_index: at() }
    const added = { type: 'response.output_item.added', output_index: at(), item: toItem(item, 'in_progress') }
    if (item.type === 'message') {
      return [
        ...before,
        added,
        { type: 'response.content_part.added', ...place, content_index: 0, part: textPart('', []) },
      ]
    }
    if (item.type === 'reasoning') {
      const part = { type: 'summary_text', text: '' }
      return [...before, added, { type: 'response.reasoning_summary_part.added', ...place, summary_index: 0, part }]
    }
    return [...before, added]
  }

  function close(status: 'completed' | 'incomplete' = 'completed'): ResponseEvent[] {
    if (open === null) return []
    const item = open
    open = null
    if (status === 'incomplete') cut = item
    const place = { item_id: item.id, output_index: at() }
    const done = { type: 'response.output_item.done', output_index: at(), item: toItem(item, status) }
    if (item.type === 'message') {
      const { text } = item
      const logprobs = toLogprobs(item.logprobs)
      return [
        { type: 'response.output_text.done', ...place, content_index: 0, text, logprobs },
        { type: 'response.content_part.done', ...place, content_index: 0, part: textPart(text, logprobs) },
        done,
      ]
    }
    if (item.type === 'reasoning') {
      const { text } = item
      return [
        { type: 'response.reasoning_summary_text.done', ...place, summary_index: 0, text },
        {
          type: 'response.reasoning_summary_part.done',
          ...place,
          summary_index: 0,
          part: { type: 'summary_text', text },
        },
        done,
      ]
    }
    const { name, text } = item
    return [{ type: 'response.function_call_arguments.done', ...place, name, arguments: text }, done]
  }

  function response(): object {
    const status =
      failure !== null
        ? 'failed'
        : finish === null
          ? 'in_progress'
          : finish.reason === 'length'
            ? 'incomplete'
            : 'completed'
    return {
      id: head.id,
      object: 'response',
      created_at: head.createdAt,
      status,
      background: false,
      error: failure,
      incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
      model: head.model,
      output: items.map((item) =>
        toItem(item, item === open ? 'in_progress' : item === cut ? 'incomplete' : 'completed'),
      ),
      ...head.echoed,
      usage: finish === null ? null : toUsage(finish),
    }
  }

  return {
    begin: () => [
      { type: 'response.created', response: response() },
      { type: 'response.in_progress', response: response() },
    ],
    add(event) {
      switch (event.type) {
        case 'queued':
        case 'loading':
        case 'prefill':
        case 'error':
          return []
        case 'text': {
          if (event.text === '' && event.logprobs === undefined) return []
          const started =
            open?.type === 'message' ? [] : start({ type: 'message', id: `msg_${nanoid()}`, text: '', logprobs: [] })
          const item = open
          if (item?.type !== 'message') return started
          item.text += event.text
          item.logprobs.push(...(event.logprobs ?? []))
          const place = { item_id: item.id, output_index: at(), content_index: 0 }
          const logprobs = toLogprobs(event.logprobs ?? [])
          return [...started, { type: 'response.output_text.delta', ...place, delta: event.text, logprobs }]
        }
        case 'reasoning': {
          const started = open?.type === 'reasoning' ? [] : start({ type: 'reasoning', id: `rs_${nanoid()}`, text: '' })
          const item = open
          if (item?.type !== 'reasoning') return started
          item.text += event.text
          const place = { item_id: item.id, output_index: at(), summary_index: 0 }
          return [...started, { type: 'response.reasoning_summary_text.delta', ...place, delta: event.text }]
        }
        case 'toolCall': {
          const isNew = open?.type !== 'function_call' || event.index !== callIndex
          callIndex = event.index
          const call = {
            type: 'function_call' as const,
            id: `fc_${nanoid()}`,
            callId: event.id,
            name: event.name ?? '',
            text: '',
          }
          const started = isNew ? start(call) : []
          const item = open
          const delta = event.argumentsDelta ?? ''
          if (item?.type !== 'function_call' || delta === '') return started
          item.text += delta
          const place = { item_id: item.id, output_index: at() }
          return [...started, { type: 'response.function_call_arguments.delta', ...place, delta }]
        }
        case 'finish': {
          finish = event
          const closed = close(event.reason === 'length' ? 'incomplete' : 'completed')
          const type = event.reason === 'length' ? 'response.incomplete' : 'response.completed'
          return [...closed, { type, response: response() }]
        }
      }
    },
    fail({ message }, code) {
      failure = { message, code }
      cut = open
      open = null
      return [{ type: 'response.failed', response: response() }]
    },
    response,
    messages() {
      const text = items.flatMap((item) => (item.type === 'message' ? item.text : [])).join('')
      const reasoning = items.flatMap((item) => (item.type === 'reasoning' ? item.text : [])).join('')
      const toolCalls = items.flatMap((item) =>
        item.type === 'function_call' ? { id: item.callId, name: item.name, arguments: item.text } : [],
      )
      return [
        {
          role: 'assistant',
          content: text,
          ...(reasoning === '' ? {} : { reasoning }),
          ...(toolCalls.length === 0 ? {} : { toolCalls }),
        },
      ]
    },
  }
}

function toItem(item: Item, status: 'in_progress' | 'completed' | 'incomplete'): object {
  switch (item.type) {
    case 'message': {
      const content = item.text === '' ? [] : [textPart(item.text, toLogprobs(item.logprobs))]
      return { id: item.id, type: 'message', status, role: 'assistant', content }
    }
    case 'reasoning': {
      const summary = item.text === '' ? [] : [{ type: 'summary_text', text: item.text }]
      return { id: item.id, type: 'reasoning', status, summary }
    }
    case 'function_call':
      return { id: item.id, type: 'function_call', status, call_id: item.callId, name: item.name, arguments: item.text }
  }
}

function textPart(text: string, logprobs: object[]): object {
  return { type: 'output_text', text, annotations: [], logprobs }
}

function toLogprobs(all: readonly TokenLogprob[]): object[] {
  return all.map(({ top, ...token }) => ({ ...token, top_logprobs: top }))
}

function toUsage({ usage }: FinishEvent): object {
  return {
    input_tokens: usage.prompt,
    input_tokens_details: { cached_tokens: usage.cached, cache_write_tokens: 0 },
    output_tokens: usage.completion,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: usage.prompt + usage.completion,
  }
}
