import type { AppError } from '../../../shared/domain/errors.ts'
import type { FinishEvent, GenerationEvent, Usage } from '../../../shared/domain/generation.ts'
import type { StreamForm, WholeForm } from '../answering/answer.ts'
import { EVENT_STREAM, serverSentEvent } from '../answering/text-stream.ts'
import { toArguments } from '../answering/tool-arguments.ts'
import { statusOf } from '../errors.ts'
import { toAnthropicError } from './errors.ts'

/** What names an answer. */
export interface MessageHead {
  id: string
  model: string
}

const STOP_REASONS = { stop: 'end_turn', length: 'max_tokens', toolCalls: 'tool_use' } as const

type Block =
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'text'; text: string }
  | { type: 'tool_use'; id: string; name: string; written: string }

function messageOf({ id, model }: MessageHead, content: object[], finish: FinishEvent | null, usage: object): object {
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content,
    stop_reason: finish === null ? null : STOP_REASONS[finish.reason],
    stop_sequence: null,
    usage,
  }
}

/** Here tokens that were in the cache are not counted among those of the input. */
function inputOf({ prompt, cached }: Pick<Usage, 'prompt' | 'cached'>) {
  return {
    input_tokens: prompt - cached,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cached,
  }
}

/** An answer in one piece. */
export function wholeForm(head: MessageHead): WholeForm {
  const blocks: Block[] = []
  const calls = new Map<number, Extract<Block, { type: 'tool_use' }>>()
  let finish: FinishEvent | null = null
  return {
    add(event) {
      const last = blocks.at(-1)
      if (event.type === 'text') {
        if (last?.type === 'text') last.text += event.text
        else if (event.text !== '') blocks.push({ type: 'text', text: event.text })
      } else if (event.type === 'reasoning') {
        if (last?.type === 'thinking') last.thinking += event.text
        else blocks.push({ type: 'thinking', thinking: event.text, signature: '' })
      } else if (event.type === 'toolCall') {
        const known = calls.get(event.index)
        const call = known ?? { type: 'tool_use' as const, id: event.id, name: '', written: '' }
        if (known === undefined) {
          calls.set(event.index, call)
          blocks.push(call)
        }
        call.name ||= event.name ?? ''
        call.written += event.argumentsDelta ?? ''
      } else if (event.type === 'finish') finish = event
    },
    result() {
      const usage = finish?.usage ?? { prompt: 0, cached: 0, completion: 0 }
      const content = blocks.map((block) =>
        block.type === 'tool_use'
          ? { type: block.type, id: block.id, name: block.name, input: toArguments(block.written) }
          : block,
      )
      return messageOf(head, content, finish, { ...inputOf(usage), output_tokens: usage.completion })
    },
  }
}

/** A streamed answer: blocks one after the other, each begun and ended. */
export function streamForm(head: MessageHead): StreamForm {
  let begun = false
  let index = -1
  let open: { type: Block['type']; call: number } | null = null

  const event = (type: string, fields: object) => serverSentEvent(JSON.stringify({ type, ...fields }), type)
  const delta = (fields: object) => event('content_block_delta', { index, delta: fields })

  function begin(usage: Pick<Usage, 'prompt' | 'cached'>): string[] {
    if (begun) return []
    begun = true
    const message = messageOf(head, [], null, { ...inputOf(usage), output_tokens: 0 })
    return [event('message_start', { message }), event('ping', {})]
  }
  function close(): string[] {
    if (open === null) return []
    const { type } = open
    open = null
    const signature = type === 'thinking' ? [delta({ type: 'signature_delta', signature: '' })] : []
    return [...signature, event('content_block_stop', { index })]
  }
  function block(type: Block['type'], start: object, call = -1): string[] {
    if (open?.type === type && open.call === call) return []
    const closed = close()
    open = { type, call }
    index++
    return [...closed, event('content_block_start', { index, content_block: { type, ...start } })]
  }

  function texts(told: GenerationEvent): string[] {
    switch (told.type) {
      case 'queued':
      case 'loading':
      case 'error':
        return []
      case 'prefill':
        return begin({ prompt: told.total, cached: told.cached })
      case 'text':
        if (told.text === '') return []
        return [...begin(NOTHING), ...block('text', { text: '' }), delta({ type: 'text_delta', text: told.text })]
      case 'reasoning':
        return [
          ...begin(NOTHING),
          ...block('thinking', { thinking: '', signature: '' }),
          delta({ type: 'thinking_delta', thinking: told.text }),
        ]
      case 'toolCall': {
        const started = block('tool_use', { id: told.id, name: told.name ?? '', input: {} }, told.index)
        const json = told.argumentsDelta ?? ''
        return [
          ...begin(NOTHING),
          ...started,
          ...(json === '' ? [] : [delta({ type: 'input_json_delta', partial_json: json })]),
        ]
      }
      case 'finish':
        return [
          ...begin(told.usage),
          ...close(),
          event('message_delta', {
            delta: { stop_reason: STOP_REASONS[told.reason], stop_sequence: null },
            usage: { ...inputOf(told.usage), output_tokens: told.usage.completion },
          }),
          event('message_stop', {}),
        ]
    }
  }

  return {
    format: EVENT_STREAM,
    texts,
    last: () => [],
    failed: (error: AppError) => [
      serverSentEvent(JSON.stringify(toAnthropicError(error.toInfo(), statusOf(error))), 'error'),
    ],
  }
}

const NOTHING = { prompt: 0, cached: 0 }
