import { AppError } from '../../../shared/domain/errors.ts'
import { unlessAborted } from '../../lib/unless-aborted.ts'
import { reasonOf } from '../answering/events.ts'
import { within } from '../answering/within.ts'
import type { ServerContext, ServerHandler } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import { HttpRefusal } from '../errors.ts'
import type { Jobs } from '../jobs.ts'

/** A client that sends nothing for so long is gone. */
const STALL_MS = 60_000
const DIGEST = /^sha256[:-]([0-9a-f]{64})$/i

/**
 * The hash in a digest as this API writes it, in lower case.
 * @throws HttpRefusal 400 for anything else, a path above all
 */
export function hashOf(digest: string): string {
  const hash = DIGEST.exec(digest)?.[1]
  if (hash === undefined) throw new HttpRefusal(400, 'invalid digest format')
  return hash.toLowerCase()
}

/** `HEAD /api/blobs/:digest`: whether a file is here, so that it need not be sent. */
export function askForBlob({ uploads }: Pick<ServerDeps, 'uploads'>): ServerHandler {
  return (c) => {
    if (uploads.find(hashOf(c.req.param('digest') ?? '')) === undefined) {
      throw new HttpRefusal(404, 'This file was not sent here.')
    }
    return c.body(null, 200)
  }
}

/** `POST /api/blobs/:digest`: a file of any size, for a model that is made of it afterwards. */
export function sendBlob({ uploads }: Pick<ServerDeps, 'uploads'>, jobs: Jobs): ServerHandler {
  return async (c) => {
    const sha256 = hashOf(c.req.param('digest') ?? '')
    const encoding = c.req.header('content-encoding')
    if (encoding !== undefined && encoding !== 'identity') {
      throw new HttpRefusal(415, `A file with content encoding "${encoding.slice(0, 40)}" is not accepted.`)
    }
    if (uploads.find(sha256) !== undefined) return c.body(null, 200)
    const job = jobs.begin(c.req.raw.signal, c.get('caller').actor.ownerId)
    try {
      await uploads.receive(sha256, arriving(c, job.signal), lengthOf(c))
      return c.body(null, 201)
    } catch (error) {
      if (error instanceof AppError && error.code === 'hash_mismatch') throw new HttpRefusal(400, error.message)
      throw error instanceof HttpRefusal ? error : reasonOf(error, job.signal)
    } finally {
      job.end()
    }
  }
}

function lengthOf(c: ServerContext): number | null {
  const length = Number(c.req.header('content-length') ?? Number.NaN)
  return Number.isSafeInteger(length) ? length : null
}

async function* arriving(c: ServerContext, signal: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
  const reader = c.req.raw.body?.getReader()
  if (reader === undefined) return
  try {
    for (;;) {
      const next = await unlessAborted(within(reader.read(), STALL_MS), signal)
      if (next === null) throw new HttpRefusal(408, 'The file stopped arriving. Send it again.')
      if (next.done) return
      yield next.value
    }
  } finally {
    // What is still to come is of no use.
    await reader.cancel().catch(() => {})
  }
}
