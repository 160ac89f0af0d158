import { nanoid } from 'nanoid'
import { LOCAL_OWNER_ID } from '../../../shared/domain/actor.ts'
import { AppError } from '../../../shared/domain/errors.ts'
import type { GenerationEvent } from '../../../shared/domain/generation.ts'
import type { ServerHandler } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import { statusOf } from '../errors.ts'
import { readJson } from '../guard/body.ts'
import type { Job, Jobs } from '../jobs.ts'
import type { RequestRecord } from '../requests.ts'
import { begin, reasonOf, whole } from './answer.ts'
import { createCollector } from './chat-completion.ts'
import { type CompletionHead, createFramer } from './chat-frames.ts'
import { type ChatRequest, toRequest } from './chat-request.ts'
import { toOpenAiError } from './errors.ts'
import { findChatModel } from './models.ts'
import { patientJson } from './patient-json.ts'
import { PRIORITY_HEADER, priorityOf } from './priority.ts'
import { sseResponse } from './sse.ts'

/** How long headers of a stream wait for the model, so that a failed load still has its status. */
const HOLD_HEADERS_MS = 5000

type Deps = Pick<ServerDeps, 'generate' | 'findModel' | 'clock' | 'log'>

/** `POST /v1/chat/completions`, streamed or in one piece. */
export function chatCompletions(deps: Deps, jobs: Jobs): ServerHandler {
  return async (c) => {
    const record = c.get('record')
    const request = toRequest(await readJson(c.req.raw))
    const priority = priorityOf(c.req.header(PRIORITY_HEADER))
    record.setModel(request.model)
    const model = findChatModel(deps, request.model)
    const head = { id: `chatcmpl-${nanoid()}`, created: Math.floor(deps.clock() / 1000), model: request.model }
    const actor = { ownerId: LOCAL_OWNER_ID, door: 'http', access: 'remote' } as const
    const client = c.req.raw.signal
    const job = jobs.begin(client)
    client.addEventListener('abort', () => record.cancel())
    const events = observed(
      deps.generate({ ...request.generation, model: model.name, priority, actor }, job.signal),
      record,
    )
    record.streaming = true
    try {
      if (request.stream) return await stream(events, request, head, job, record)
      return await inOnePiece(events, request, head, job, record)
    } catch (error) {
      const reason = reasonOf(error, job.signal)
      if (reason.code === 'internal') deps.log.error({ err: error }, 'chat completion failed')
      record.streaming = false
      job.abort()
      job.end()
      throw reason
    }
  }
}

async function* observed(
  events: AsyncIterable<GenerationEvent>,
  record: RequestRecord,
): AsyncGenerator<GenerationEvent, void, void> {
  for await (const event of events) {
    record.observe(event)
    yield event
  }
}

async function stream(
  source: AsyncIterable<GenerationEvent>,
  request: ChatRequest,
  head: CompletionHead,
  job: Job,
  record: RequestRecord,
): Promise<Response> {
  const { events } = await begin(source, HOLD_HEADERS_MS)
  const framer = createFramer(head, request.includeUsage)

  async function* texts(): AsyncGenerator<string, void, void> {
    try {
      for await (const event of whole(events, request.generation.choices ?? 1)) {
        for (const frame of framer.toFrames(event)) yield JSON.stringify(frame)
      }
      for (const frame of framer.last()) yield JSON.stringify(frame)
      yield '[DONE]'
    } catch (error) {
      // The status has gone out already: the error is the last frame, and no [DONE] pretends that all went well.
      const reason = reasonOf(error, job.signal)
      record.setError(reason.message)
      yield JSON.stringify(toOpenAiError(reason.toInfo(), statusOf(reason)))
    } finally {
      record.end(200)
      job.end()
    }
  }

  return sseResponse(texts(), {
    onGone() {
      record.cancel()
      job.abort()
      job.end()
    },
  })
}

async function inOnePiece(
  source: AsyncIterable<GenerationEvent>,
  request: ChatRequest,
  head: CompletionHead,
  job: Job,
  record: RequestRecord,
): Promise<Response> {
  const collector = createCollector(head)
  const complete = async () => {
    try {
      for await (const event of whole(source, request.generation.choices ?? 1)) collector.add(event)
      record.end(200)
      return JSON.stringify(collector.result())
    } catch (error) {
      throw reasonOf(error, job.signal)
    } finally {
      job.end()
    }
  }
  return patientJson(complete(), {
    onFailure(error) {
      record.setError(error instanceof AppError ? error.message : String(error))
      record.end(200)
    },
    onGone: () => job.abort(),
  })
}
