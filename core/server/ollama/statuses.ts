import { AppError } from '../../../shared/domain/errors.ts'
import { reasonOf } from '../answering/events.ts'
import { JSON_LINES, jsonLine, textStream } from '../answering/text-stream.ts'
import { within } from '../answering/within.ts'
import type { ServerContext } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import { sentence } from '../errors.ts'
import type { Jobs } from '../jobs.ts'

/** What fails at once still has its status. */
const HOLD_HEADERS_MS = 1000

/**
 * The objects that tell how far something is, as lines or as the last of them alone.
 * @throws AppError with which it began
 */
export async function statuses(
  c: ServerContext,
  deps: Pick<ServerDeps, 'log'>,
  jobs: Jobs,
  stream: boolean,
  work: (signal: AbortSignal) => AsyncIterable<object>,
): Promise<Response> {
  const record = c.get('record')
  const job = jobs.begin(c.req.raw.signal, c.get('caller').actor.ownerId)
  const iterator = work(job.signal)[Symbol.asyncIterator]()
  const fail = (error: unknown) => {
    const reason = reasonOf(error, job.signal)
    if (reason.code === 'internal') deps.log.error({ err: error }, 'a change of models failed')
    return reason
  }
  /** The first that says more than that it began, or as far as it came in time. */
  const told: object[] = []
  let next = iterator.next()
  try {
    for (const until = performance.now() + HOLD_HEADERS_MS; ;) {
      const result = stream ? await within(next, until - performance.now()) : await next
      if (result === null) break
      if (result.done) {
        job.end()
        return stream
          ? c.body(told.map(jsonLine).join(''), 200, { 'content-type': JSON_LINES.contentType })
          : c.json(told.at(-1) ?? {})
      }
      told.push(result.value)
      next = iterator.next()
    }
  } catch (error) {
    job.end()
    throw fail(error)
  }

  record.streaming = true
  const texts = async function* (): AsyncGenerator<string, void, void> {
    try {
      yield* told.map(jsonLine)
      for (let result = await next; !result.done; result = await iterator.next()) yield jsonLine(result.value)
    } catch (error) {
      const reason: AppError = fail(error)
      record.setError(reason.message)
      yield jsonLine({ error: sentence(reason.toInfo()) })
    } finally {
      record.end(200)
      job.end()
    }
  }
  return textStream(texts(), {
    format: JSON_LINES,
    onGone() {
      record.cancel()
      job.abort()
      job.end()
    },
  })
}
