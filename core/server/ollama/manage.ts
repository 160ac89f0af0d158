import { z } from 'zod'
import type { PullEvent } from '../../../shared/domain/downloads.ts'
import { AppError } from '../../../shared/domain/errors.ts'
import { parseModelName } from '../../hubs/names.ts'
import { assertMayName } from '../answering/models.ts'
import { fieldsOf, parse } from '../answering/parameters.ts'
import type { ServerContext, ServerHandler } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import { HttpRefusal } from '../errors.ts'
import { readJson } from '../guard/body.ts'
import type { Jobs } from '../jobs.ts'
import { findOwn } from './errors.ts'
import { assertName, invalidName, isReserved } from './names.ts'
import { statuses } from './statuses.ts'

/** Clients send the name under either, and the other one empty. */
export const Named = z.object({
  model: z.string().optional(),
  name: z.string().optional(),
  stream: z.boolean().default(true),
})
export const CopyBody = z.object({ source: z.string().default(''), destination: z.string().default('') })

/** `POST /api/copy`: a second entry for the same weights. */
export function copy({ library }: Pick<ServerDeps, 'library'>): ServerHandler {
  return async (c) => {
    const { source, destination } = parse(CopyBody, fieldsOf(await readJson(c.req.raw)))
    const model = findOwn(c, source, 'source is required')
    if (destination === '') throw new HttpRefusal(400, 'destination is required')
    assertName(destination)
    assertMayName(c, destination)
    library.duplicate(model.name, destination, c.get('caller').actor)
    return c.body(null, 200)
  }
}

/** `DELETE /api/delete`. */
export function remove({ library }: Pick<ServerDeps, 'library'>): ServerHandler {
  return async (c) => {
    const body = parse(Named, fieldsOf(await readJson(c.req.raw)))
    await library.remove(findOwn(c, body.model || body.name, 'model is required').name)
    return c.body(null, 200)
  }
}

/**
 * `POST /api/pull`: clients that pull one model wait for the same transfer. When the last of them hangs up it rests, and
 * the next pull goes on from there; one that the person began goes on without them.
 */
export function pull(deps: Pick<ServerDeps, 'pull' | 'log'>, jobs: Jobs): ServerHandler {
  return async (c) => {
    const body = parse(Named, fieldsOf(await readJson(c.req.raw)))
    const name = body.model || body.name || ''
    if (name === '') throw new HttpRefusal(400, 'model is required')
    assertPullable(c, name)
    c.get('record').setModel(name)
    assertMayName(c, name)
    return statuses(c, deps, jobs, body.stream, (signal) =>
      told(deps.pull(name, c.get('caller').actor, signal, 'rest')),
    )
  }
}

/** What hubs understand is more than a name here: an address, an owner's repository, a host. */
function assertPullable(c: ServerContext, name: string): void {
  if (c.get('models').own(name) !== undefined) return
  if (isReserved(name)) throw invalidName()
  try {
    parseModelName(name)
  } catch {
    throw invalidName()
  }
}

/** What is told of a pull. */
async function* told(events: AsyncIterable<PullEvent>): AsyncGenerator<object, void, void> {
  yield* pulled(events)
  yield { status: 'success' }
}

/** The same up to its end, with the name that the model has here. Each file that came is told whole, as bars wait for it. */
export async function* pulled(events: AsyncIterable<PullEvent>): AsyncGenerator<object, string | null, void> {
  let name: string | null = null
  let file: PulledFile | null = null
  const rest = (next: string | null) =>
    file === null || file.path === next || file.sizeBytes === null || file.doneBytes >= file.sizeBytes
      ? []
      : [toStatus({ ...file, doneBytes: file.sizeBytes })]
  yield { status: 'pulling manifest' }
  for await (const event of events) {
    if (event.type === 'progress') {
      yield* rest(event.file.path)
      file = event.file
      yield toStatus(file)
    } else if (event.type === 'verifying') {
      yield* rest(null)
      file = null
      yield { status: 'verifying sha256 digest' }
    } else if (event.type === 'waiting') yield { status: `waiting: ${event.error.message}` }
    else if (event.type === 'success') name = event.model
  }
  yield* rest(null)
  yield { status: 'writing manifest' }
  return name
}

type PulledFile = Extract<PullEvent, { type: 'progress' }>['file']

function toStatus({ sha256, path, sizeBytes, doneBytes }: PulledFile): object {
  return {
    status: `pulling ${(sha256 ?? path).slice(0, 12)}`,
    ...(sha256 === null ? {} : { digest: `sha256:${sha256}` }),
    ...(sizeBytes === null ? {} : { total: sizeBytes }),
    completed: doneBytes,
  }
}

/** `POST /api/push`: nobody has an account here. */
export const push: ServerHandler = async (c) => {
  const body = parse(Named, fieldsOf(await readJson(c.req.raw)))
  const name = body.model || body.name || ''
  if (name === '') throw new HttpRefusal(400, 'model is required')
  assertName(name)
  throw new AppError({
    code: 'unsupported_parameter',
    message: 'This server sends no models to a registry.',
    suggestion: 'Hand the model over as a folder, from its page in Hearth.',
  })
}
