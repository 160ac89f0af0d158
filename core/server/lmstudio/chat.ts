import { nanoid } from 'nanoid'
import { z } from 'zod'
import type {
  FinishEvent,
  GenerationEvent,
  GenerationRequestInput,
  PromptMessage,
} from '../../../shared/domain/generation.ts'
import { answer, type AnswerParts, type StreamForm } from '../answering/answer.ts'
import { findChatModel } from '../answering/models.ts'
import { fieldsOf, parse, unsupported, withoutNulls, wrong } from '../answering/parameters.ts'
import type { ResponseStore } from '../answering/response-store.ts'
import { EVENT_STREAM, serverSentEvent } from '../answering/text-stream.ts'
import type { ServerHandler } from '../context.ts'
import { statusOf } from '../errors.ts'
import { readJson } from '../guard/body.ts'
import { toStudioError } from './errors.ts'

const EFFORTS = { off: 0, low: 1024, medium: 8192, high: null, on: null } as const

const Part = z.object({ type: z.enum(['message', 'text']), content: z.string() })

export const Body = z.object({
  model: z.string().min(1),
  input: z.union([z.string(), z.array(Part)], { error: 'must be a string or an array of texts' }),
  system_prompt: z.string().optional(),
  stream: z.boolean().optional(),
  temperature: z.number().min(0).max(5).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.int().min(0).optional(),
  min_p: z.number().min(0).max(1).optional(),
  repeat_penalty: z.number().min(0).max(10).optional(),
  max_output_tokens: z.int().min(1).optional(),
  reasoning: z.enum(['off', 'low', 'medium', 'high', 'on']).optional(),
  context_length: z.int().min(16).max(10_000_000).optional(),
  store: z.boolean().optional(),
  previous_response_id: z.string().min(1).optional(),
})
type Body = z.infer<typeof Body>

/** `POST /api/v1/chat`: one message, and the conversation is kept here. */
export function chat(parts: AnswerParts, store: ResponseStore): ServerHandler {
  return async (c) => {
    const body = parse(Body, readable(fieldsOf(await readJson(c.req.raw))))
    c.get('record').setModel(body.model)
    const model = findChatModel(c, body.model)
    const { ownerId } = c.get('caller').actor
    const before = previous(store, ownerId, body.previous_response_id)
    const asked: PromptMessage = { role: 'user', content: textOf(body.input) }
    const messages = [
      ...(body.system_prompt === undefined ? [] : [{ role: 'system' as const, content: body.system_prompt }]),
      ...(body.system_prompt === undefined ? before : before.filter(({ role }) => role !== 'system')),
      asked,
    ]
    const id = body.store === false ? null : `resp_${nanoid()}`
    const output = createOutput(model.name)
    const keep = () => {
      const result = { ...output.result(), ...(id === null ? {} : { response_id: id }) }
      if (id !== null) store.put(ownerId, id, { response: result, messages: [...messages, output.message()] })
      return result
    }
    const generation = { ...toGeneration(body), model: model.name, input: { kind: 'messages' as const, messages } }
    const form =
      body.stream === true
        ? { stream: streamOf(model.name, output, keep) }
        : { whole: { add: (event: GenerationEvent) => void output.add(event), result: keep } }
    return answer(c, parts, { generation, form, names: { input: 'input' } })
  }
}

function readable(body: Record<string, unknown>): Record<string, unknown> {
  const { integrations, input } = body
  if (Array.isArray(integrations) && integrations.length > 0) throw unsupported('integrations', 'Integrations')
  if (Array.isArray(input)) {
    input.forEach((part: unknown, index) => {
      const { type } = withoutNulls(part)
      if (type === 'image') throw unsupported(`input[${index}].type`, 'Images')
    })
  }
  return body
}

function textOf(input: Body['input']): string {
  const text = typeof input === 'string' ? input : input.map(({ content }) => content).join('\n')
  if (text === '') throw wrong('input', 'it is empty')
  return text
}

function previous(store: ResponseStore, ownerId: string, id: string | undefined): PromptMessage[] {
  if (id === undefined) return []
  const stored = store.get(ownerId, id)
  if (stored === undefined) throw wrong('previous_response_id', 'there is no such response here')
  return stored.messages
}

function toGeneration(body: Body): Omit<GenerationRequestInput, 'actor' | 'priority' | 'model' | 'input'> {
  const greedy = body.top_p === 0
  const topK = greedy ? 1 : body.top_k
  const budget = body.reasoning === undefined ? undefined : EFFORTS[body.reasoning]
  return {
    sampling: {
      ...(body.temperature === undefined ? {} : { temperature: body.temperature }),
      ...(body.top_p === undefined || greedy ? {} : { topP: body.top_p }),
      ...(topK === undefined ? {} : { topK }),
      ...(body.min_p === undefined ? {} : { minP: body.min_p }),
      ...(body.repeat_penalty === undefined ? {} : { repeatPenalty: body.repeat_penalty }),
    },
    ...(body.max_output_tokens === undefined ? {} : { maxTokens: body.max_output_tokens }),
    ...(body.context_length === undefined ? {} : { contextLength: body.context_length }),
    ...(budget === undefined
      ? {}
      : {
          reasoning:
            budget === 0 ? { mode: 'off' } : { mode: 'auto', ...(budget === null ? {} : { budgetTokens: budget }) },
        }),
  }
}

interface Output {
  /** Names and fields of the stream's events. */
  add(event: GenerationEvent): object[]
  /** Ends what is open, because nothing follows. */
  end(): object[]
  result(): object
  message(): PromptMessage
}

/** The parts of an answer, thoughts and text in the order in which they came. */
function createOutput(instance: string): Output {
  const parts: { type: 'reasoning' | 'message'; content: string }[] = []
  let finish: FinishEvent | null = null
  let loadingSince = 0
  /** What is known of an answer that breaks off, in tokens. */
  const sofar = { prompt: 0, completion: 0, reasoning: 0 }
  let phase: 'none' | 'model_load' | 'prompt_processing' | 'reasoning' | 'message' = 'none'

  function enter(next: typeof phase): object[] {
    if (phase === next) return []
    const loaded = { model_instance_id: instance, load_time_seconds: (performance.now() - loadingSince) / 1000 }
    const ended = phase === 'none' ? [] : [{ type: `${phase}.end`, ...(phase === 'model_load' ? loaded : {}) }]
    phase = next
    if (next === 'none') return ended
    if (next !== 'model_load') return [...ended, { type: `${next}.start` }]
    loadingSince = performance.now()
    return [...ended, { type: 'model_load.start', model_instance_id: instance }]
  }
  function piece(type: 'reasoning' | 'message', content: string): object[] {
    if (content === '') return []
    const started = enter(type)
    const last = parts.at(-1)
    if (last?.type === type && started.length === 0) last.content += content
    else parts.push({ type, content })
    return [...started, { type: `${type}.delta`, content }]
  }

  return {
    add(event) {
      switch (event.type) {
        case 'loading':
          return [
            ...enter('model_load'),
            { type: 'model_load.progress', model_instance_id: instance, progress: event.progress },
          ]
        case 'prefill': {
          const progress = event.total === 0 ? 1 : event.done / event.total
          sofar.prompt = event.total
          return [...enter('prompt_processing'), { type: 'prompt_processing.progress', progress }]
        }
        case 'reasoning':
          sofar.reasoning += event.tokens
          sofar.completion += event.tokens
          return piece('reasoning', event.text)
        case 'text':
          sofar.completion += event.tokens
          return piece('message', event.text)
        case 'finish':
          finish = event
          return enter('none')
        case 'queued':
        case 'toolCall':
        case 'error':
          return []
      }
    },
    end: () => enter('none'),
    result: () => ({
      model_instance_id: instance,
      output: parts,
      stats: statsOf(finish ?? { usage: sofar, timings: UNKNOWN }),
    }),
    message() {
      const of = (type: 'reasoning' | 'message') =>
        parts.flatMap((part) => (part.type === type ? part.content : [])).join('')
      const reasoning = of('reasoning')
      return { role: 'assistant', content: of('message'), ...(reasoning === '' ? {} : { reasoning }) }
    },
  }
}

const UNKNOWN = { decodeTps: null, ttftMs: null, loadMs: 0 }

interface Figures {
  usage: Pick<FinishEvent['usage'], 'prompt' | 'completion' | 'reasoning'>
  timings: Pick<FinishEvent['timings'], 'decodeTps' | 'ttftMs' | 'loadMs'>
}

function statsOf({ usage, timings }: Figures): object {
  return {
    input_tokens: usage.prompt,
    total_output_tokens: usage.completion,
    reasoning_output_tokens: usage.reasoning,
    tokens_per_second: timings.decodeTps ?? 0,
    time_to_first_token_seconds: (timings.ttftMs ?? 0) / 1000,
    ...(timings.loadMs > 0 ? { model_load_time_seconds: timings.loadMs / 1000 } : {}),
  }
}

function streamOf(instance: string, output: Output, keep: () => object): StreamForm {
  let begun = false
  const toText = (event: object) => serverSentEvent(JSON.stringify(event), (event as { type: string }).type) // ours all have one
  const first = () => {
    if (begun) return []
    begun = true
    return [toText({ type: 'chat.start', model_instance_id: instance })]
  }
  return {
    format: EVENT_STREAM,
    texts: (event) => [...first(), ...output.add(event).map(toText)],
    last: () => [toText({ type: 'chat.end', result: keep() })],
    // As this API does it: what was written before is told all the same.
    failed: (error) => [
      ...first(),
      ...output.end().map(toText),
      toText({ type: 'error', ...toStudioError(error.toInfo(), statusOf(error)) }),
      toText({ type: 'chat.end', result: output.result() }),
    ],
  }
}
