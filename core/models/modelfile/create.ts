import { statSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve, sep } from 'node:path'
import semver from 'semver'
import { AppError } from '../../../shared/domain/errors.ts'
import {
  type GgufFacts,
  LoadSettings,
  type Model,
  type ModelDefaults,
  type Modelfile,
  type ModelFile,
} from '../../../shared/domain/models.ts'
import { modelNotFound } from '../library-errors.ts'
import { emptyDefaults, type ModelDraft } from '../model-store.ts'
import { weightsAt } from '../read-header.ts'
import { isJinja, joinLicences } from './attachments.ts'
import { applyParameters } from './parameters.ts'
import { parseModelfile } from './parse.ts'

export interface MakeDeps {
  /** A model of the library with the defaults that it came with. Throws what is wrong with its file. */
  find(name: string): Model | undefined
  readHeader(path: string): Promise<GgufFacts>
  /** Of this program. */
  version: string
}

export interface MakeRequest {
  /** Text of the Modelfile. */
  modelfile: string
  /** Where relative paths count from; null: there are none. */
  folder: string | null
  /** What is known of files that the Modelfile names; all others are the person's own, and not hashed. */
  knownFiles?: readonly ModelFile[]
  /** Looks at what was made before anybody can find it; what it throws keeps it out. */
  accept?: (made: MadeDraft) => Promise<void>
}

/** What a Modelfile makes, but for its name and day. */
export type MadeDraft = Omit<ModelDraft, 'name' | 'addedAt'>

/** What a model is made from. */
type Base = Pick<Model, 'files' | 'facts' | 'defaults' | 'made' | 'licenceText'> & { from: string }

/**
 * What a Modelfile makes: a model that shares the weights of another. What this version can't obey is kept and named.
 *
 * @throws AppError `modelfile_invalid`, `model_not_found`, `model_file_…`
 */
export async function makeModel(
  deps: MakeDeps,
  { modelfile: text, folder, knownFiles = [], accept }: MakeRequest,
): Promise<MadeDraft> {
  const modelfile = parsed(text)
  if (modelfile.requires !== null && semver.gt(modelfile.requires, deps.version)) {
    throw invalid(
      `This Modelfile asks for version ${modelfile.requires}; this is Hearth ${deps.version}.`,
      'Update Hearth, or leave REQUIRES out.',
    )
  }
  const known = (file: ModelFile): ModelFile => {
    const found = knownFiles.find(({ path }) => path === file.path)
    return found ? { ...file, sha256: found.sha256, owned: found.owned } : file
  }
  const base = await findBase(deps, modelfile.from, folder, known)
  const { defaults, notObeyed } = applyParameters(ownDefaults(base.defaults, modelfile), modelfile.parameters)
  const adapters = modelfile.adapters.map((path) => known(attachedFile('ADAPTER', path, folder)))
  for (const { path } of adapters) await checkAdapter(deps, path, base.facts)
  const draft = modelfile.draft === null ? undefined : deps.find(modelfile.draft)
  const attached = [...adapters, ...modelfile.files.map((path) => attachedFile('FILE', path, folder))]
  const unused = [
    ...notObeyed.map(({ name, value }) => `PARAMETER ${name} ${value}`),
    ...modelfile.files.map((path) => `FILE ${path}`),
    ...(modelfile.renderer === null ? [] : [`RENDERER ${modelfile.renderer}`]),
    ...(modelfile.parser === null ? [] : [`PARSER ${modelfile.parser}`]),
    ...(modelfile.draft === null || draft ? [] : [`DRAFT ${modelfile.draft}`]),
  ]
  const made: MadeDraft = {
    origin: 'made',
    aliases: [],
    files: [...base.files, ...attached.filter((file) => !base.files.some(({ path }) => path === file.path))],
    facts: base.facts,
    defaults: { ...defaults, load: { ...defaults.load, ...ownLoad(defaults.load, adapters, draft?.name) } },
    source: null,
    made: {
      modelfile: text,
      from: base.from,
      messages: modelfile.messages.length > 0 ? modelfile.messages : (base.made?.messages ?? []),
      notObeyed: [...inherited(base, modelfile, unused), ...unused],
    },
    licenceText: joinLicences(modelfile.licences) ?? base.licenceText,
  }
  await accept?.(made)
  return made
}

function parsed(text: string): Modelfile {
  const { modelfile, problems } = parseModelfile(text)
  if (modelfile) return modelfile
  const problem = problems.find(({ severity }) => severity === 'error')
  throw new AppError({
    code: 'modelfile_invalid',
    message: problem
      ? `Line ${problem.line}, column ${problem.column} of the Modelfile: ${problem.message}.`
      : 'This Modelfile can’t be read.',
    suggestion: 'Correct the line that is named and try again.',
    data: { line: problem?.line ?? 1, column: problem?.column ?? 1 },
  })
}

async function findBase(
  deps: MakeDeps,
  from: string,
  folder: string | null,
  known: (file: ModelFile) => ModelFile,
): Promise<Base> {
  const path = pathIn(folder, from)
  const ofFile = async (file: string): Promise<Base> => {
    const files = weightsAt(file).map(known)
    const facts = await deps.readHeader(files[0]?.path ?? file)
    return { files, facts, defaults: emptyDefaults(), made: null, licenceText: null, from: file }
  }
  if (path !== null && (isWrittenAsPath(from) || isFile(path))) return ofFile(path)
  const model = isWrittenAsPath(from) ? undefined : deps.find(from)
  if (model) return { ...model, from: model.name }
  if (isWrittenAsPath(from) || isFileName(from)) {
    if (path === null) throw relativePath('FROM', from)
    return ofFile(path)
  }
  throw modelNotFound(from, `Get it first with \`hearth pull ${from.slice(0, 200)}\`, or name a GGUF file.`)
}

function ownDefaults(base: ModelDefaults, { system, template }: Modelfile): ModelDefaults {
  return {
    ...base,
    system: system ?? base.system,
    ...(template === null ? {} : ownTemplate(template)),
  }
}

function ownTemplate(text: string): Pick<ModelDefaults, 'template' | 'goTemplate'> {
  return isJinja(text) ? { template: text, goTemplate: null } : { template: null, goTemplate: text }
}

/** What a Modelfile adds to the way of loading: adapters beside those of the model underneath, and a draft model. */
function ownLoad(base: LoadSettings, adapters: readonly ModelFile[], draftModel: string | undefined): LoadSettings {
  const before = base.loras ?? []
  const added = adapters
    .filter(({ path }) => !before.some((lora) => lora.path === path))
    .map(({ path }) => ({ path, scale: 1 }))
  const loras = LoadSettings.shape.loras.safeParse([...before, ...added])
  if (!loras.success) throw invalid('A model takes eight adapters at most.', 'Leave some out.')
  return {
    ...(added.length === 0 ? {} : { loras: loras.data }),
    ...(draftModel === undefined ? {} : { draftModel }),
  }
}

async function checkAdapter(deps: MakeDeps, path: string, base: GgufFacts): Promise<void> {
  const facts = await deps.readHeader(path)
  if (facts.isAdapter !== true) {
    throw invalid(`ADAPTER names ${path}, which is no LoRA adapter.`, 'Name a GGUF file that holds an adapter.')
  }
  if (facts.architecture !== base.architecture) {
    throw invalid(
      `ADAPTER names ${path}, which was made for ${facts.architecture}; this model is ${base.architecture}.`,
      'Choose an adapter that was trained on this model.',
    )
  }
}

/** What the model underneath could not obey either, unless it is said anew. */
function inherited(base: Base, modelfile: Modelfile, unused: readonly string[]): string[] {
  return (base.made?.notObeyed ?? []).filter((kept) => {
    if (unused.includes(kept)) return false
    if (kept.startsWith('TEMPLATE ')) return modelfile.template === null
    if (kept.startsWith('RENDERER ')) return modelfile.renderer === null
    if (kept.startsWith('PARSER ')) return modelfile.parser === null
    if (kept.startsWith('DRAFT ')) return modelfile.draft === null
    const [instruction, name] = kept.split(' ', 2)
    return instruction !== 'PARAMETER' || !modelfile.parameters.some((parameter) => parameter.name === name)
  })
}

function attachedFile(instruction: 'ADAPTER' | 'FILE', given: string, folder: string | null): ModelFile {
  const path = pathIn(folder, given)
  if (path === null) throw relativePath(instruction, given)
  const stat = fileStat(path)
  if (!stat?.isFile()) {
    throw invalid(`${instruction} names ${path}, and there is no such file.`, 'Check the path and try again.')
  }
  const role = instruction === 'ADAPTER' ? 'adapter' : 'document'
  return { path, sizeBytes: stat.size, sha256: null, role, owned: false }
}

/** Absolute; null when it is relative and there is nothing to count from. */
function pathIn(folder: string | null, given: string): string | null {
  if (given.includes('\0')) throw invalid('A path in the Modelfile holds a character that no path can.', 'Correct it.')
  if (given === '~' || given.startsWith('~/') || given.startsWith(`~${sep}`)) return join(homedir(), given.slice(1))
  if (isAbsolute(given)) return resolve(given)
  return folder === null ? null : resolve(folder, given)
}

function isWrittenAsPath(from: string): boolean {
  return /^(?:\.{0,2}[/\\]|~[/\\]|[a-z]:[/\\])/i.test(from)
}

/** A hub's name may end like a file's too: `hf.co/owner/repo:file.gguf`. */
function isFileName(from: string): boolean {
  return /\.gguf$/i.test(from) && !/^[^/\\]+\.[^/\\]+\/.*:/.test(from)
}

function fileStat(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

function isFile(path: string): boolean {
  return fileStat(path)?.isFile() ?? false
}

function relativePath(instruction: string, path: string): AppError {
  return invalid(
    `${instruction} names ${path}, and it is not said which folder that counts from.`,
    'Write the whole path, or take the Modelfile from its folder with `hearth create NAME -f Modelfile`.',
  )
}

function invalid(message: string, suggestion: string): AppError {
  return new AppError({ code: 'modelfile_invalid', message, suggestion })
}
