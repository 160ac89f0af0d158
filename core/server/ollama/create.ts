import { z } from 'zod'
import { AppError } from '../../../shared/domain/errors.ts'
import type { Model, Modelfile } from '../../../shared/domain/models.ts'
import type { SentFile } from '../../models/create-uploaded.ts'
import { parseModelfile } from '../../models/modelfile/parse.ts'
import { writeModelfile } from '../../models/modelfile/write.ts'
import { assertMayName } from '../answering/models.ts'
import { fieldsOf, parse, unsupported, wrong } from '../answering/parameters.ts'
import type { ServerContext, ServerHandler } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import { HttpRefusal, sentence } from '../errors.ts'
import { readJson } from '../guard/body.ts'
import type { Jobs } from '../jobs.ts'
import { hashOf } from './blobs.ts'
import { Named, pulled } from './manage.ts'
import { assertName } from './names.ts'
import { statuses } from './statuses.ts'

const MOST_FILES = 1000
/** Files of other programs that hold weights, or say how to read them. */
const OTHER_FORMATS = /\.(?:safetensors|bin|pth?|json|model)$/i

const Value = z.union([z.string(), z.number(), z.boolean()], { error: 'must be a text, a number, true or false' })
const Files = z.record(z.string(), z.string()).default({})
export const CreateBody = Named.extend({
  from: z.string().default(''),
  files: Files,
  adapters: Files,
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
type Body = z.infer<typeof CreateBody>

type Deps = Pick<ServerDeps, 'createUploaded' | 'library' | 'log' | 'pull' | 'trials'>

/** `POST /api/create`: of a model that is here or at a hub, or of files that were sent before. */
export function create(deps: Deps, jobs: Jobs): ServerHandler {
  return async (c) => {
    const present = fieldsOf(await readJson(c.req.raw))
    if (present['quantize'] !== undefined && present['quantize'] !== '') {
      throw unsupported('quantize', 'Quantizing', 'Pull the model in the quantization that you want.')
    }
    const body = parse(CreateBody, present)
    const name = body.model || body.name || ''
    assertName(name)
    assertMayName(c, name)
    const modelfile = body.modelfile === undefined ? toModelfile(body) : readModelfile(body.modelfile)
    const files = sentFiles('files', body.files)
    const adapters = sentFiles('adapters', body.adapters)
    if (modelfile.from === '' && files.length === 0) {
      throw new HttpRefusal(400, "neither 'from' or 'files' was specified")
    }
    if (modelfile.from !== '' && files.length > 0) throw wrong('files', 'a model is made of them or `from` another one')
    // A path would tell whether there is such a file, and make a model of it.
    if (modelfile.from !== '' && c.get('models').own(modelfile.from) === undefined) {
      assertName(modelfile.from)
      assertMayName(c, modelfile.from)
    }
    c.get('record').setModel(name)
    const work = { name, modelfile, files, adapters }
    return statuses(c, deps, jobs, body.stream, (signal) => created(deps, c, work, signal))
  }
}

interface Work {
  name: string
  modelfile: Modelfile
  files: SentFile[]
  adapters: SentFile[]
}

async function* created(
  deps: Deps,
  c: ServerContext,
  { name, modelfile, files, adapters }: Work,
  signal: AbortSignal,
): AsyncGenerator<object, void, void> {
  const { actor } = c.get('caller')
  const sent = [...files, ...adapters]
  let { from } = modelfile
  if (files.length > 0) yield { status: 'parsing GGUF' }
  else if (c.get('models').own(from) !== undefined) yield { status: `using existing layers of ${from}` }
  else from = (yield* pulled(deps.pull(from, actor, signal, 'rest'))) ?? from
  const made = { ...modelfile, from }
  for (const { sha256 } of sent) yield { status: `using existing layer sha256:${sha256}` }
  if (sent.length > 0) {
    await deps.createUploaded({ name, modelfile: made, files, adapters, actor }).catch(explain)
  } else {
    await checkTemplate(deps, made)
    await deps.library.create({ name, modelfile: writeModelfile(made), folder: null, actor })
  }
  yield { status: 'writing manifest' }
  yield { status: 'success' }
}

/** What is wrong with a file that a client sent is the client's mistake. */
function explain(error: unknown): never {
  if (error instanceof AppError && /^model_(?:file_|unsupported|load_failed|check_failed)/.test(error.code)) {
    throw new HttpRefusal(400, sentence(error))
  }
  throw error
}

/** @throws AppError `invalid_input` for a template that can't be used */
async function checkTemplate(
  { library, trials }: Pick<Deps, 'library' | 'trials'>,
  { from, template }: Modelfile,
): Promise<void> {
  const base: Model | undefined = library.find(from)
  if (template !== null && base) await trials.previewTemplate({ name: base.name, template, system: null })
}

function toModelfile(body: Body): Modelfile {
  return {
    from: body.from,
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

/** @throws AppError `invalid_input`; also for a Modelfile that names files, which are this machine's */
function readModelfile(text: string): Modelfile {
  const { modelfile, problems } = parseModelfile(text)
  const problem = problems.find(({ severity }) => severity === 'error')
  if (!modelfile) {
    throw wrong('modelfile', problem ? `line ${problem.line}: ${problem.message}` : 'it can’t be read')
  }
  if (modelfile.adapters.length > 0 || modelfile.files.length > 0) {
    throw wrong('modelfile', 'files are sent to /api/blobs and named in `files` and `adapters`')
  }
  return modelfile
}

/** @throws HttpRefusal 400, AppError `unsupported_parameter`, `invalid_input` */
function sentFiles(field: 'files' | 'adapters', files: Record<string, string>): SentFile[] {
  const all = Object.entries(files)
  if (all.length > MOST_FILES) throw wrong(field, `there are more than ${MOST_FILES}`)
  return all.map(([name, digest]) => {
    if (!isRelative(name)) throw new HttpRefusal(400, 'file path must be relative')
    if (OTHER_FORMATS.test(name)) {
      throw unsupported(
        `${field}.${name.slice(0, 100)}`,
        'A model that is no GGUF',
        'Convert it to GGUF and send that.',
      )
    }
    return { name, sha256: sha256Of(`${field}.${name.slice(0, 100)}`, digest) }
  })
}

function sha256Of(parameter: string, digest: string): string {
  try {
    return hashOf(digest)
  } catch (error) {
    throw error instanceof HttpRefusal ? wrong(parameter, error.message) : error
  }
}

function isRelative(name: string): boolean {
  const parts = name.split('/')
  return !/[\\:\0]/.test(name) && parts.every((part) => part !== '' && part !== '.' && part !== '..')
}
