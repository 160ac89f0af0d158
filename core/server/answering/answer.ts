import { AppError } from '../../../shared/domain/errors.ts'
import type { GenerationEvent, GenerationRequestInput } from '../../../shared/domain/generation.ts'
import type { ServerContext } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import type { Jobs } from '../jobs.ts'
import type { RequestRecord } from '../requests/requests.ts'
import { blaming, type ParameterNames } from './blame.ts'
import { begin, reasonOf, whole } from './events.ts'
import { patientJson } from './patient-json.ts'
import { PRIORITY_HEADER, priorityOf } from './priority.ts'
import { type StreamFormat, textStream } from './text-stream.ts'

/** How long headers of a stream wait for the model, so that a failed load still has its status. */
const HOLD_HEADERS_MS = 5000

/** A streamed answer in the form of an API. Texts are as they go out, frame ends included. */
export interface StreamForm {
  format: StreamFormat
  texts(event: GenerationEvent): string[]
  /** After the last event. */
  last(): string[]
  /** The status has gone out already, so that only the stream can tell. */
  failed(error: AppError): string[]
}

/** An answer in one piece in the form of an API. */
export interface WholeForm {
  add(event: GenerationEvent): void
  /** The body, after the last event. */
  result(): object
}

export interface Answer {
  generation: Omit<GenerationRequestInput, 'actor' | 'priority'>
  /** What is really generated for it, where that is more than one; their choices are numbered through. */
  parts?: Pick<GenerationRequestInput, 'input' | 'choices'>[]
  form: { stream: StreamForm } | { whole: WholeForm }
  /** What the API calls what the core may find wrong. */
  names: ParameterNames
}

export interface AnswerParts {
  deps: Pick<ServerDeps, 'generate' | 'log'>
  jobs: Jobs
}

/**
 * Generates what a client asked for and sends it in the form of its API. What goes wrong before the first byte is
 * thrown; a client that hangs up, or reads nothing any more, stops the engine.
 * @throws AppError
 */
export async function answer(c: ServerContext, { deps, jobs }: AnswerParts, asked: Answer): Promise<Response> {
  const record = c.get('record')
  const priority = priorityOf(c.req.header(PRIORITY_HEADER))
  const { actor } = c.get('caller')
  const job = jobs.begin(c.req.raw.signal, actor.ownerId, () => record.cancel())
  const choices = asked.generation.choices ?? 1
  const request = { ...asked.generation, priority, actor }
  for (const part of asked.parts ?? [{}]) record.exchange?.asked({ ...request, ...part })
  const source = observed(deps.generate(request, job.signal), record)
  record.streaming = true
  try {
    if ('whole' in asked.form) {
      const { whole: form } = asked.form
      const complete = async () => {
        for await (const event of whole(source, choices)) form.add(event)
        return form.result()
      }
      return await inOnePiece(complete().catch(rethrowFor(job.signal)), record, job)
    }

    const { stream: form } = asked.form
    const { events } = await begin(source, HOLD_HEADERS_MS)
    const texts = async function* (): AsyncGenerator<string, void, void> {
      try {
        for await (const event of whole(events, choices)) yield* form.texts(event)
        yield* form.last()
      } catch (error) {
        const reason = blaming(reasonOf(error, job.signal), asked.names)
        record.setError(reason.message)
        yield* form.failed(reason)
      } finally {
        record.end(200)
        job.end()
      }
    }
    return textStream(texts(), {
      format: form.format,
      onGone() {
        record.cancel()
        job.abort()
        job.end()
      },
    })
  } catch (error) {
    const reason = blaming(reasonOf(error, job.signal), asked.names)
    if (reason.code === 'internal') deps.log.error({ err: error }, 'an answer failed')
    record.streaming = false
    job.abort()
    job.end()
    throw reason
  }
}

/**
 * Work other than an answer, as vectors, whose result is sent in one piece.
 * @throws AppError
 */
export async function carryOut(
  c: ServerContext,
  jobs: Jobs,
  names: ParameterNames,
  work: (signal: AbortSignal) => Promise<object>,
): Promise<Response> {
  const record = c.get('record')
  const job = jobs.begin(c.req.raw.signal, c.get('caller').actor.ownerId, () => record.cancel())
  record.streaming = true
  try {
    return await inOnePiece(work(job.signal).catch(rethrowFor(job.signal)), record, job)
  } catch (error) {
    record.streaming = false
    throw blaming(reasonOf(error, job.signal), names)
  }
}

function inOnePiece(
  result: Promise<object>,
  record: RequestRecord,
  job: { abort(): void; end(): void },
): Promise<Response> {
  const json = result
    .then((body) => {
      record.end(200)
      return JSON.stringify(body)
    })
    .finally(() => job.end())
  return patientJson(json, {
    onFailure(error) {
      record.setError(error instanceof AppError ? error.message : String(error))
      record.end(200)
    },
    onGone: () => job.abort(),
  })
}

function rethrowFor(signal: AbortSignal) {
  return (error: unknown): never => {
    throw reasonOf(error, signal)
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
