import type { AppError } from '../../../shared/domain/errors.ts'
import type { GenerationEvent, TokenLogprob } from '../../../shared/domain/generation.ts'
import type { Answer, StreamForm, WholeForm } from '../answering/answer.ts'
import { JSON_LINES, jsonLine } from '../answering/text-stream.ts'
import { toArguments } from '../answering/tool-arguments.ts'
import { sentence } from '../errors.ts'
import { toMetrics } from './durations.ts'

/** A piece of an answer, before it is in the form of an endpoint. */
export interface Piece {
  text: string
  thinking: string
  calls: object[]
}

export interface FrameParts {
  /** As the client named it. */
  model: string
  /** Milliseconds since the epoch. */
  clock: () => number
  /** What an endpoint calls a piece: `message`, or `response` and `thinking`. */
  body: (piece: Piece) => object
  /** More for the last object; told what was written. */
  last?: (text: string) => object
}

const NOTHING: Piece = { text: '', thinking: '', calls: [] }

/** The form of an answer: lines of objects, the last of which is `done`; or that one alone, with the whole answer. */
export function toForm(parts: FrameParts, stream: boolean): Answer['form'] {
  const started = performance.now()
  const calls = createCalls()
  let written = ''

  const object = (piece: Piece, more: object) => ({
    model: parts.model,
    created_at: new Date(parts.clock()).toISOString(),
    ...parts.body(piece),
    ...more,
  })
  const ending = (event: Extract<GenerationEvent, { type: 'finish' }>) => ({
    done: true,
    done_reason: event.reason === 'length' ? 'length' : 'stop',
    ...parts.last?.(written),
    ...toMetrics(event, performance.now() - started),
  })

  if (stream) {
    const form: StreamForm = {
      format: JSON_LINES,
      texts(event) {
        const frame = (piece: Partial<Piece>, more: object = {}) =>
          jsonLine(object({ ...NOTHING, ...piece }, { ...more, done: false }))
        if (event.type === 'text') {
          written += event.text
          return [frame({ text: event.text }, logprobsOf(event.logprobs))]
        }
        if (event.type === 'reasoning') return [frame({ thinking: event.text })]
        if (event.type === 'toolCall') return calls.add(event).map((call) => frame({ calls: [call] }))
        if (event.type !== 'finish') return []
        return [...calls.end().map((call) => frame({ calls: [call] })), jsonLine(object(NOTHING, ending(event)))]
      },
      last: () => [],
      failed: (error: AppError) => [jsonLine({ error: sentence(error.toInfo()) })],
    }
    return { stream: form }
  }

  let thinking = ''
  const all: object[] = []
  const logprobs: TokenLogprob[] = []
  let finish: Extract<GenerationEvent, { type: 'finish' }> | null = null
  const form: WholeForm = {
    add(event) {
      if (event.type === 'text') {
        written += event.text
        logprobs.push(...(event.logprobs ?? []))
      } else if (event.type === 'reasoning') thinking += event.text
      else if (event.type === 'toolCall') all.push(...calls.add(event))
      else if (event.type === 'finish') {
        all.push(...calls.end())
        finish = event
      }
    },
    result: () =>
      object(
        { text: written, thinking, calls: all },
        { ...logprobsOf(logprobs.length === 0 ? undefined : logprobs), ...(finish === null ? {} : ending(finish)) },
      ),
  }
  return { whole: form }
}

/** Probabilities of tokens as this API names them; nothing where none were asked for. */
function logprobsOf(all: readonly TokenLogprob[] | undefined): object {
  return all === undefined ? {} : { logprobs: all.map(({ top, ...token }) => ({ ...token, top_logprobs: top })) }
}

/** Calls as this API has them: whole, with their arguments as an object. */
function createCalls() {
  let open: { index: number; id: string; name: string; written: string } | null = null

  function end(): object[] {
    if (open === null) return []
    const { index, id, name, written } = open
    open = null
    return [{ id, function: { index, name, arguments: toArguments(written) } }]
  }

  return {
    end,
    add({ index, id, name, argumentsDelta = '' }: Extract<GenerationEvent, { type: 'toolCall' }>): object[] {
      const ended = open !== null && open.id !== id ? end() : []
      open ??= { index, id, name: '', written: '' }
      open.name ||= name ?? ''
      open.written += argumentsDelta
      return ended
    },
  }
}
