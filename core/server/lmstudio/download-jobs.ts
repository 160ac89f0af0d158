import { nanoid } from 'nanoid'
import { z } from 'zod'
import { type AppError, toErrorInfo } from '../../../shared/domain/errors.ts'
import type { PullEvent } from '../../../shared/domain/downloads.ts'
import { assertMayName } from '../answering/models.ts'
import { fieldsOf, parse } from '../answering/parameters.ts'
import { within } from '../answering/within.ts'
import type { Route, ServerHandler } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import { HttpRefusal } from '../errors.ts'
import { readJson } from '../guard/body.ts'

/** What no hub knows is refused with a status, if that is known so soon. */
const HOLD_MS = 5000
const KEPT_JOBS = 200

export const Body = z.object({ model: z.string().min(1), quantization: z.string().min(1).optional() })

interface Job {
  id: string
  ownerId: string
  status: 'downloading' | 'paused' | 'completed' | 'failed' | 'already_downloaded'
  totalBytes: number
  doneBytes: number
  startedAt: number
  completedAt: number | null
  error: string | null
}

/** `POST /api/v1/models/download` and the state of what it began. Jobs are known as long as the program runs. */
export function downloadRoutes(deps: Pick<ServerDeps, 'pull' | 'clock'>): Route[] {
  const jobs = new Map<string, Job>()

  const start: ServerHandler = async (c) => {
    const body = parse(Body, fieldsOf(await readJson(c.req.raw)))
    // The form in which people type it.
    const name = body.quantization === undefined ? body.model : `${body.model}:${body.quantization}`
    c.get('record').setModel(name)
    assertMayName(c, name)
    const { actor } = c.get('caller')
    const job: Job = {
      id: `job_${nanoid()}`,
      ownerId: actor.ownerId,
      status: 'downloading',
      totalBytes: 0,
      doneBytes: 0,
      startedAt: deps.clock(),
      completedAt: null,
      error: null,
    }
    const events = deps.pull(name, actor)[Symbol.asyncIterator]()
    let isNew = false
    const advance = async () => {
      const result = await events.next()
      if (!result.done) isNew = note(job, result.value, deps.clock) || isNew
      return !result.done
    }
    const rest = async () => {
      while (await advance());
    }
    const begun = (async () => {
      // Until it is clear what the name means.
      while (!isNew && (await advance()));
    })()
    await within(begun, HOLD_MS)
    if (job.status === 'completed' && !isNew) job.status = 'already_downloaded'
    jobs.set(job.id, job)
    for (const oldest of jobs.keys()) if (jobs.size > KEPT_JOBS) jobs.delete(oldest)
    begun.then(rest).catch((error: AppError) => {
      job.status = 'failed'
      job.error = toErrorInfo(error).message
    })
    return c.json(toStatus(job))
  }

  const status: ServerHandler = (c) => {
    const job = jobs.get(c.req.param('id') ?? '')
    if (job?.ownerId !== c.get('caller').actor.ownerId)
      throw new HttpRefusal(404, 'There is no such download job here.')
    return c.json(toStatus(job))
  }

  return [
    { path: '/api/v1/models/download', scope: 'management', methods: { POST: start } },
    { path: '/api/v1/models/download/status/:id', scope: 'management', methods: { GET: status } },
  ]
}

/** @returns whether something is fetched */
function note(job: Job, event: PullEvent, clock: () => number): boolean {
  if (event.type === 'progress') {
    const { files } = event.download
    job.status = 'downloading'
    job.totalBytes = files.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0)
    job.doneBytes = files.reduce((sum, { doneBytes }) => sum + doneBytes, 0)
    return true
  }
  if (event.type === 'waiting') job.status = 'paused'
  else if (event.type === 'success') {
    job.status = 'completed'
    job.doneBytes = job.totalBytes
    job.completedAt = clock()
  }
  return event.type === 'waiting'
}

function toStatus(job: Job): object {
  return {
    job_id: job.id,
    status: job.status,
    total_size_bytes: job.totalBytes,
    downloaded_bytes: job.doneBytes,
    started_at: new Date(job.startedAt).toISOString(),
    ...(job.completedAt === null ? {} : { completed_at: new Date(job.completedAt).toISOString() }),
    ...(job.error === null ? {} : { error: job.error }),
  }
}
