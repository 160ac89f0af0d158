import { z } from 'zod'
import type { PullEvent } from '../../../shared/domain/downloads.ts'
import type { Modelfile } from '../../../shared/domain/models.ts'
import { AppError } from '../../../shared/domain/errors.ts'
import { parseModelfile } from '../../models/modelfile/parse.ts'
import { writeModelfile } from '../../models/modelfile/write.ts'
import { assertMayName } from '../answering/models.ts'
import { fieldsOf, parse, unsupported } from '../answering/parameters.ts'
import type { ServerHandler } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import { HttpRefusal } from '../errors.ts'
import { readJson } from '../guard/body.ts'
import type { Jobs } from '../jobs.ts'
import { findOwn } from './errors.ts'
import { statuses } from './statuses.ts'

/** Clients send the name under either, and the other one empty. */
export const Named = z.object({
  model: z.string().optional(),
  name: z.string().optional(),
  stream: z.boolean().default(true),
})
export const CopyBody = z.object({ source: z.string().default(''), destination: z.string().default('') })

const Value = z.union([z.string(), z.number(), z.boolean()], { error: 'must be a text, a number, true or false' })
export const CreateBody = Named.extend({
  from: z.string().optional(),
  template: z.string().optional(),
  license: z.union([z.string(), z.array(z.string())], { error: 'must be a text or an array of them' }).optional(),
  system: z.string().optional(),
  parameters: z
    .record(z.string(), z.union([Value, z.array(Value)], { error: 'must be a value or an array of them' }))
    .default({}),
  messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })).default([]),
  requires: z.string().optional(),
  renderer: z.string().optional(),
  parser: z.string().optional(),
  /** The text itself, as older clients send it. */
  modelfile: z.string().optional(),
})

/** `POST /api/copy`: a second entry for the same weights. */
export function copy({ library }: Pick<ServerDeps, 'library'>): ServerHandler {
  return async (c) => {
    const { source, destination } = parse(CopyBody, fieldsOf(await readJson(c.req.raw)))
    const model = findOwn(c, source, 'source is required')
    if (destination === '') throw new HttpRefusal(400, 'destination is required')
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

/** `POST /api/pull`: two clients that pull one model wait for the same transfer. A client that goes leaves it running. */
export function pull(deps: Pick<ServerDeps, 'pull' | 'log'>, jobs: Jobs): ServerHandler {
  return async (c) => {
    const body = parse(Named, fieldsOf(await readJson(c.req.raw)))
    const name = body.model || body.name || ''
    if (name === '') throw new HttpRefusal(400, 'model is required')
    c.get('record').setModel(name)
    assertMayName(c, name)
    return statuses(c, deps, jobs, body.stream, (signal) => pulled(deps.pull(name, c.get('caller').actor, signal)))
  }
}

async function* pulled(events: AsyncIterable<PullEvent>): AsyncGenerator<object, void, void> {
  yield { status: 'pulling manifest' }
  for await (const event of events) {
    if (event.type === 'progress') {
      const { sha256, path, sizeBytes, doneBytes } = event.file
      const digest = sha256 ?? path
      yield {
        status: `pulling ${digest.slice(0, 12)}`,
        ...(sha256 === null ? {} : { digest: `sha256:${sha256}` }),
        ...(sizeBytes === null ? {} : { total: sizeBytes }),
        completed: doneBytes,
      }
    } else if (event.type === 'verifying') yield { status: 'verifying sha256 digest' }
    else if (event.type === 'waiting') yield { status: `waiting: ${event.error.message}` }
  }
  yield { status: 'writing manifest' }
  yield { status: 'success' }
}

/** `POST /api/create` from a model that is here. */
export function create(deps: Pick<ServerDeps, 'library' | 'log'>, jobs: Jobs): ServerHandler {
  return async (c) => {
    const present = fieldsOf(await readJson(c.req.raw))
    const hint = 'Add the file in Hearth, then name it in `from`.'
    if (present['files'] !== undefined) throw unsupported('files', 'Uploaded files', hint)
    if (present['adapters'] !== undefined) throw unsupported('adapters', 'Uploaded adapters', hint)
    if (present['quantize'] !== undefined) {
      throw unsupported('quantize', 'Quantizing', 'Pull the model in the quantization that you want.')
    }
    const body = parse(CreateBody, present)
    const name = body.model || body.name || ''
    if (name === '') throw new HttpRefusal(400, 'model is required')
    const { from } = body
    if (from === undefined && body.modelfile === undefined) {
      throw new HttpRefusal(400, 'neither `from` nor `files` was specified')
    }
    c.get('record').setModel(name)
    assertMayName(c, name)
    const modelfile = body.modelfile ?? writeModelfile(toModelfile(body, from ?? ''))
    const base = parseModelfile(modelfile).modelfile?.from
    // One that can't be read is refused below, with what is wrong with it.
    if (base !== undefined) assertMayName(c, base)
    return statuses(c, deps, jobs, body.stream, async function* () {
      yield { status: `using existing layers of ${from ?? name}` }
      await deps.library.create({ name, modelfile, folder: null, actor: c.get('caller').actor })
      yield { status: 'writing manifest' }
      yield { status: 'success' }
    })
  }
}

function toModelfile(body: z.infer<typeof CreateBody>, from: string): Modelfile {
  return {
    from,
    parameters: Object.entries(body.parameters).flatMap(([name, values]) =>
      [values].flat().map((value) => ({ name, value: String(value) })),
    ),
    template: body.template ?? null,
    system: body.system ?? null,
    adapters: [],
    licences: [body.license ?? []].flat(),
    messages: body.messages,
    requires: body.requires ?? null,
    files: [],
    renderer: body.renderer ?? null,
    parser: body.parser ?? null,
    draft: null,
  }
}

/** `POST /api/push`: nobody has an account here. */
export const push: ServerHandler = () => {
  throw new AppError({
    code: 'unsupported_parameter',
    message: 'This server sends no models to a registry.',
    suggestion: 'Hand the model over as a folder, from its page in Hearth.',
  })
}
