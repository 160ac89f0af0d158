import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import type { Actor } from '../../shared/domain/actor.ts'
import { AppError, type ErrorCode } from '../../shared/domain/errors.ts'
import type { Model, ModelCheck, Modelfile, ModelFile } from '../../shared/domain/models.ts'
import { disk } from '../downloads/disk.ts'
import { fileError, isGguf } from '../storage-use/files.ts'
import { safeFolderName } from '../storage-use/safe-name.ts'
import type { Library } from './library.ts'
import { writeModelfile } from './modelfile/write.ts'
import { freeName, validName } from './names.ts'
import { isShard } from './read-header.ts'
import type { Trials } from './trials.ts'
import type { KnownFile, Uploads } from './uploads.ts'

/** A file that a program sent, under the name that it gave. */
export interface SentFile {
  name: string
  /** Lower-case hex. */
  sha256: string
}

export interface CreateUploadedRequest {
  name: string
  /** Its `from` and `adapters` are filled in with what was sent. */
  modelfile: Modelfile
  /** One GGUF, or all of its shards; none takes `from` of the Modelfile. */
  files: readonly SentFile[]
  adapters: readonly SentFile[]
  actor: Actor
}

/**
 * Makes a model of files that were sent. They are tried before it is one, and belong to it afterwards; what fails
 * leaves them where they were.
 *
 * @throws AppError `invalid_input` for files that can't be a model's, `model_file_…`, `modelfile_invalid`,
 *   `model_name_taken`, `name_invalid`
 */
export type CreateUploaded = (request: CreateUploadedRequest) => Promise<Model>

export interface CreateUploadedDeps {
  uploads: Pick<Uploads, 'find'>
  library: Pick<Library, 'create' | 'setCheck'>
  trials: Pick<Trials, 'tryMade'>
  modelsFolder: () => string
}

/** These say something of this machine at this moment, and nothing against the file. */
const NOT_THE_FILE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'out_of_memory',
  'memory_short',
  'backend_failed',
  'folder_unwritable',
])

export function createCreateUploaded(deps: CreateUploadedDeps): CreateUploaded {
  /** Two may be made of the same file: the second finds it with the first. */
  let last: Promise<unknown> = Promise.resolve()

  return (request) => {
    const turn = last.then(() => createOne(deps, request))
    last = turn.catch(() => {})
    return turn
  }
}

async function createOne(deps: CreateUploadedDeps, request: CreateUploadedRequest): Promise<Model> {
  const { library, modelsFolder } = deps
  const name = validName(request.name)
  const weights = await Promise.all(request.files.map((file) => known(deps, file)))
  const adapters = await Promise.all(request.adapters.map((file) => known(deps, file)))
  assertOneModel(weights)
  const root = join(modelsFolder(), 'uploaded')
  const taking = createTaking(root, safeFolderName(name))
  const found: { check: ModelCheck | null } = { check: null }
  const make = async () => {
    const [first] = await taking.take(weights, weights.length > 1)
    const loras = await taking.take(adapters, false)
    return library.create({
      name,
      folder: null,
      actor: request.actor,
      modelfile: writeModelfile({
        ...request.modelfile,
        from: first?.path ?? request.modelfile.from,
        adapters: loras.map(({ path }) => path),
      }),
      knownFiles: taking.files(),
      async accept(made) {
        found.check = await deps.trials.tryMade(name, made)
        refuseUnusable(found.check, request.modelfile.template !== null)
      },
    })
  }
  const model = await make().catch(async (error: unknown) => {
    await taking.giveBack()
    throw fileError(error, root)
  })
  return found.check === null ? model : library.setCheck(model.name, { ...found.check, intact: true })
}

type Given = KnownFile & Pick<SentFile, 'name'>

async function known({ uploads }: CreateUploadedDeps, { name, sha256 }: SentFile): Promise<Given> {
  const file = uploads.find(sha256)
  if (!file) throw invalid(`blob sha256:${sha256} is not here.`, `Send it to /api/blobs/sha256:${sha256} first.`)
  if (!(await isGguf(file.path))) {
    throw invalid(`${name.slice(0, 200)} is no GGUF file.`, 'Convert the model to GGUF, then send that.')
  }
  return { ...file, name }
}

function assertOneModel(weights: readonly Given[]): void {
  if (weights.length < 2 || weights.every(({ name }) => isShard(name))) return
  throw invalid('A model is made of one GGUF file, or of all shards of one.', 'Send one model at a time.')
}

/** Moves files to where they are a model's, and back again. */
function createTaking(root: string, wanted: string) {
  const placed: { file: Given; path: string }[] = []
  let folder: string | null = null

  async function openFolder(): Promise<string> {
    await mkdir(root, { recursive: true })
    const others = new Set((await readdir(root)).map((entry) => entry.toLowerCase()))
    const made = join(
      root,
      freeName(wanted, (candidate) => others.has(candidate.toLowerCase())),
    )
    await mkdir(made)
    return made
  }
  async function place(file: Given): Promise<string> {
    folder ??= await openFolder()
    const names = new Set((await readdir(folder)).map((entry) => entry.toLowerCase()))
    const stem = safeFolderName(basename(file.name, extname(file.name)))
    const path = join(folder, `${freeName(stem, (candidate) => names.has(`${candidate.toLowerCase()}.gguf`))}.gguf`)
    if (file.uploaded) await rename(file.path, path)
    else await disk.clone(file.path, path)
    return path
  }

  return {
    /** @param together whether those that a model has already must lie beside the others too */
    async take(files: readonly Given[], together: boolean): Promise<{ path: string }[]> {
      const before = placed.length
      // Shards are loaded by the first of their names.
      for (const file of files.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
        placed.push({ file, path: file.uploaded || together ? await place(file) : file.path })
      }
      return placed.slice(before)
    },
    files: (): ModelFile[] =>
      placed.map(({ file, path }) => {
        const { sizeBytes, sha256, owned } = file
        return { path, sizeBytes, sha256, role: 'weights', owned: owned || path !== file.path }
      }),
    async giveBack(): Promise<void> {
      for (const { file, path } of placed) if (file.uploaded) await rename(path, file.path).catch(() => {})
      if (folder !== null) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** @throws AppError `invalid_input` with what was found */
function refuseUnusable({ loads, templateRenders, error }: ModelCheck, hasTemplate: boolean): void {
  const isBroken = loads === false || (hasTemplate && templateRenders === false)
  if (!isBroken || error === null || NOT_THE_FILE.has(error.code)) return
  throw new AppError({ ...error, code: 'invalid_input', data: { ...error.data, reason: error.code } })
}

function invalid(message: string, suggestion: string): AppError {
  return new AppError({ code: 'invalid_input', message, suggestion })
}
