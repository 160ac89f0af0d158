import { nanoid } from 'nanoid'
import { AppError } from '../../../../shared/domain/errors.ts'
import { answer, type AnswerParts, type StreamForm } from '../../answering/answer.ts'
import { findChatModel } from '../../answering/models.ts'
import { EVENT_STREAM, serverSentEvent } from '../../answering/text-stream.ts'
import type { Route, ServerHandler } from '../../context.ts'
import type { ServerDeps } from '../../deps.ts'
import { HttpRefusal } from '../../errors.ts'
import { readJson } from '../../guard/body.ts'
import { createOutput, type ResponseEvent, type ResponseOutput } from './output.ts'
import { toConversation, toResponsesRequest } from './request.ts'
import { createResponseStore, type ResponseStore } from '../../answering/response-store.ts'

const NAMES = { input: 'input', form: 'text.format' }

type Parts = AnswerParts & { deps: Pick<ServerDeps, 'clock'> }

/** The Responses API. What clients may come back to is kept as long as the program runs. */
export function responsesRoutes(parts: Parts, store: ResponseStore = createResponseStore()): Route[] {
  return [
    { path: '/v1/responses', scope: 'inference', methods: { POST: create(parts, store) } },
    { path: '/v1/responses/:id', scope: 'inference', methods: { GET: retrieve(store), DELETE: remove(store) } },
  ]
}

function create(parts: Parts, store: ResponseStore): ServerHandler {
  const { deps } = parts
  return async (c) => {
    const request = toResponsesRequest(await readJson(c.req.raw))
    c.get('record').setModel(request.model)
    const model = findChatModel(c, request.model)
    const { ownerId } = c.get('caller').actor
    const before = request.previousId === null ? [] : previous(store, ownerId, request.previousId)
    const messages = toConversation(request, before)
    const id = `resp_${nanoid()}`
    const createdAt = Math.floor(deps.clock() / 1000)
    const output = createOutput({ id, createdAt, model: request.model, echoed: request.echoed })
    const keep = () => {
      if (!request.store) return
      const conversation = [...before, ...request.messages, ...output.messages()]
      store.put(ownerId, id, { response: output.response(), messages: conversation })
    }
    const generation = { ...request.generation, model: model.name, input: { kind: 'messages' as const, messages } }
    if (request.stream) return answer(c, parts, { generation, form: { stream: streamOf(output, keep) }, names: NAMES })
    const whole = {
      add: (event: Parameters<ResponseOutput['add']>[0]) => void output.add(event),
      result() {
        keep()
        return output.response()
      },
    }
    return answer(c, parts, { generation, form: { whole }, names: NAMES })
  }
}

function streamOf(output: ResponseOutput, keep: () => void): StreamForm {
  let number = 0
  let begun = false
  const toTexts = (events: ResponseEvent[]) =>
    events.map((event) => serverSentEvent(JSON.stringify({ ...event, sequence_number: number++ }), event.type))
  const first = () => {
    if (begun) return []
    begun = true
    return toTexts(output.begin())
  }
  return {
    format: EVENT_STREAM,
    texts: (event) => [...first(), ...toTexts(output.add(event))],
    last() {
      keep()
      return []
    },
    failed: (error) => [...first(), ...toTexts(output.fail(error.toInfo(), 'server_error'))],
  }
}

/** @throws AppError not_found */
function previous(store: ResponseStore, ownerId: string, id: string) {
  const stored = store.get(ownerId, id)
  if (stored !== undefined) return stored.messages
  throw new AppError({
    code: 'not_found',
    message: `There is no response "${id.slice(0, 100)}" here.`,
    suggestion: 'Responses are kept until the program ends; send the whole conversation instead.',
    data: { parameter: 'previous_response_id' },
  })
}

function retrieve(store: ResponseStore): ServerHandler {
  return (c) => {
    const stored = store.get(c.get('caller').actor.ownerId, c.req.param('id') ?? '')
    if (stored === undefined) throw missing(c.req.param('id') ?? '')
    return c.json(stored.response)
  }
}

function remove(store: ResponseStore): ServerHandler {
  return (c) => {
    const id = c.req.param('id') ?? ''
    if (!store.delete(c.get('caller').actor.ownerId, id)) throw missing(id)
    return c.json({ id, object: 'response', deleted: true })
  }
}

function missing(id: string): HttpRefusal {
  return new HttpRefusal(404, `There is no response "${id.slice(0, 100)}" here.`)
}
