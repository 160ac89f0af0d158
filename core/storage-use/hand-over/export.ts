import { createHash } from 'node:crypto'
import { rename, rm, statfs } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { AppError } from '../../../shared/domain/errors.ts'
import type { Model } from '../../../shared/domain/models.ts'
import type { WorkProgress } from '../../../shared/domain/storage.ts'
import type { StorageUseDeps } from '../deps.ts'
import { assertSpace, existingFolder, fileError, statOrNull } from '../files.ts'
import { type Report, withProgress } from '../progress.ts'
import { toSafeFileName } from '../safe-name.ts'
import { type HandOver, type HandOverFile, MANIFEST_NAME } from './manifest.ts'
import { handOverReadme } from './readme.ts'
import { fileChanged, type Part, writeArchive, writeFolder } from './write.ts'

export interface ExportRequest {
  name: string
  /** Absolute: the folder or file to write. */
  target: string
  as: 'folder' | 'file'
}

/** Names that a model's own file must not take. */
const OWN_NAMES = [MANIFEST_NAME, 'README.txt', 'LICENSE.txt', 'template.jinja']
/** Type of FAT file systems on Linux; elsewhere the first byte too many tells. */
const FAT_TYPE = 0x4d44
const FAT_LARGEST_FILE = 2 ** 32 - 1

/**
 * Writes a model with everything that belongs to it. Files are read twice: to hash them, since the list of hashes
 * comes first, and to copy them. The target appears when it is whole; ending early leaves nothing.
 *
 * @throws AppError `model_not_found`, `model_file_…`, `invalid_input`, `disk_full`, `file_too_large`, `folder_unwritable`
 */
export async function* exportModel(
  { name, target, as }: ExportRequest,
  deps: Pick<StorageUseDeps, 'models' | 'hashFile' | 'version' | 'now' | 'newId'>,
  signal?: AbortSignal,
): AsyncGenerator<WorkProgress, void, void> {
  const model = deps.models.get(name)
  await assertTarget(target, as)
  const temporary = join(dirname(target), `.${basename(target)}.${deps.newId()}.hearth-tmp`)
  yield* withProgress(async (report, stop) => {
    try {
      const size = model.files.reduce((sum, file) => sum + file.sizeBytes, 0)
      report.total(size * 2)
      await assertSpace(target, size)
      if (as === 'file') await assertHoldsFile(target, size)
      const parts = await hashParts(model, deps, report, stop)
      const manifest = describe(model, parts, deps)
      if (as === 'folder') await writeFolder(temporary, manifest, parts, report, stop)
      else await writeArchive(temporary, manifest, parts, report, stop)
      stop.throwIfAborted()
      await rename(temporary, target)
    } catch (error) {
      await rm(temporary, { recursive: true, force: true })
      stop.throwIfAborted()
      throw fileError(error, target)
    }
  }, signal)
}

async function hashParts(
  model: Model,
  { hashFile, models }: Pick<StorageUseDeps, 'hashFile' | 'models'>,
  report: Report,
  signal: AbortSignal,
): Promise<Part[]> {
  const names = new Set(OWN_NAMES.map((name) => name.toLowerCase()))
  const parts: Part[] = []
  for (const file of model.files) {
    const stats = await statOrNull(file.path)
    if (!stats?.isFile()) throw fileMissing(model, file.path)
    const sha256 = await hashFile(file.path, report.add, signal)
    if (file.sha256 !== null && file.sha256 !== sha256) throw fileChanged(file.path)
    if (file.sha256 === null) models.setFileHash(file.path, sha256)
    const path = freeFileName(nameInside(model, file.path, file.role), names)
    parts.push({ path, sizeBytes: stats.size, sha256, role: file.role, from: file.path })
  }
  const texts = {
    'LICENSE.txt': model.licenceText,
    'template.jinja': model.defaults.template ?? model.facts.chatTemplate,
  }
  for (const [path, text] of Object.entries(texts)) if (text) parts.push(textPart(path, text))
  const title = model.facts.title ?? model.name
  return [textPart('README.txt', handOverReadme({ name: model.name, title, files: parts })), ...parts]
}

/** Programs that keep models by their hashes give them no name that could be read. */
function nameInside(model: Model, path: string, role: HandOverFile['role']): string {
  const own = basename(path)
  const named = role === 'document' || /\.gguf$/i.test(own)
  return toSafeFileName(named ? own : `${model.name}${role === 'weights' ? '' : `-${role}`}.gguf`)
}

function freeFileName(name: string, taken: Set<string>): string {
  let free = name
  for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${number}-${name}`
  taken.add(free.toLowerCase())
  return free
}

function textPart(path: string, text: string): Part {
  const bytes = Buffer.from(text)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { path, sizeBytes: bytes.length, sha256, role: 'text', text }
}

function describe(model: Model, parts: readonly Part[], { version, now }: Pick<StorageUseDeps, 'version' | 'now'>) {
  const { name, facts, defaults, source, made, licenceText, tags, check } = model
  const handOver: HandOver = {
    format: 'hearth-model',
    version: 1,
    writtenBy: version,
    writtenAt: now(),
    name,
    title: facts.title ?? name,
    facts,
    defaults,
    source,
    made,
    licenceText,
    tags,
    check,
    files: parts.map(({ path, sizeBytes, sha256, role }) => ({ path, sizeBytes, sha256, role })),
  }
  return `${JSON.stringify(handOver, null, 2)}\n`
}

async function assertTarget(target: string, as: ExportRequest['as']): Promise<void> {
  const there = await statOrNull(target)
  const fits = isAbsolute(target) && (as === 'folder' ? there === null : there === null || there.isFile())
  if (fits && (await existingFolder(dirname(target))) === dirname(target)) return
  throw new AppError({
    code: 'invalid_input',
    message: there ? `${target} is there already.` : `${target} is no place to write to.`,
    suggestion: 'Choose another folder or name.',
    data: { path: target },
  })
}

async function assertHoldsFile(target: string, sizeBytes: number): Promise<void> {
  const { type } = await statfs(dirname(target))
  if (type === FAT_TYPE && sizeBytes > FAT_LARGEST_FILE) {
    throw fileError(Object.assign(new Error('Too large for FAT.'), { code: 'EFBIG' }), target)
  }
}

function fileMissing(model: Model, path: string): AppError {
  return new AppError({
    code: 'model_file_missing',
    message: `A file of ${model.name} is no longer at ${path}.`,
    suggestion: 'Put the file back, or connect the drive that it is on.',
    data: { model: model.name, path, file: basename(path) },
  })
}
