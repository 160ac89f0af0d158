import { constants, copyFile, link, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Actor } from '../../../shared/domain/actor.ts'
import type { Model, ModelFile } from '../../../shared/domain/models.ts'
import type { WorkProgress } from '../../../shared/domain/storage.ts'
import { freeName, nearestName } from '../../models/names.ts'
import { writeHashed } from '../copy-hashed.ts'
import type { StorageUseDeps } from '../deps.ts'
import { assertSpace, fileError, isGguf, statOrNull } from '../files.ts'
import { type Report, withProgress } from '../progress.ts'
import { safeFolderName } from '../safe-name.ts'
import { archiveInvalid, type HandOver, type HandOverFile } from './manifest.ts'
import { openHandOver } from './open.ts'

type Deps = Pick<StorageUseDeps, 'modelsFolder' | 'models' | 'hashFile' | 'newId' | 'log'>

/** Where temporary folders of imports lie; nothing else is ever in it. */
const STAGING = '.importing'
/** No import lasts longer. */
const LEFT_OVER_MS = 24 * 60 * 60 * 1000

/**
 * Reads a hand-over and adds the model. Everything is written aside and compared first; a hand-over that is not what
 * it says leaves nothing behind. Weights that are here already are shared and not stored again.
 *
 * @throws AppError `archive_invalid`, `model_file_…`, `disk_full`, `folder_unwritable`
 */
export async function* importModel(
  source: string,
  actor: Actor,
  deps: Deps,
  signal?: AbortSignal,
): AsyncGenerator<WorkProgress | { model: Model }, void, void> {
  const model = yield* withProgress((report, stop) => readIn(source, actor, deps, report, stop), signal)
  yield { model }
}

/** Removes what an import left that a crash ended; not what another Hearth may be reading just now. */
export async function cleanStaging({ modelsFolder, now }: Pick<StorageUseDeps, 'modelsFolder' | 'now'>): Promise<void> {
  const folder = join(modelsFolder(), STAGING)
  for (const entry of await readdir(folder).catch(() => [])) {
    const path = join(folder, entry)
    const stats = await statOrNull(path)
    if (stats && now() - stats.mtimeMs > LEFT_OVER_MS) await rm(path, { recursive: true, force: true })
  }
  await rmdir(folder).catch(() => {})
}

async function readIn(source: string, actor: Actor, deps: Deps, report: Report, signal: AbortSignal): Promise<Model> {
  const root = deps.modelsFolder()
  const staging = join(root, STAGING, deps.newId())
  const handOver = await openHandOver(source, signal)
  try {
    const { manifest } = handOver
    report.total(manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0))
    const here = await equalHere(manifest, deps)
    const toWrite = manifest.files.filter((file) => file.role !== 'text' && !here.has(file.path))
    const size = toWrite.reduce((sum, file) => sum + file.sizeBytes, 0)
    try {
      await assertSpace(root, size)
      await mkdir(staging, { recursive: true })
      const missing = new Map(manifest.files.map((file) => [file.path, file]))
      for await (const { file, pieces } of handOver.files()) {
        missing.delete(file.path)
        await takeFile(file, pieces, join(staging, file.path), here.get(file.path), deps, report, signal)
      }
      const [gone] = missing.keys()
      if (gone !== undefined) throw archiveInvalid(`${gone} is missing from it.`)
      signal.throwIfAborted()
      return await putInPlace(manifest, staging, actor, deps)
    } catch (error) {
      signal.throwIfAborted()
      throw fileError(error, root)
    }
  } finally {
    await handOver.close()
    await rm(staging, { recursive: true, force: true })
    // Stays while another import uses it.
    await rmdir(dirname(staging)).catch(() => {})
  }
}

/** Own files with the same hash and size, by the path in the hand-over. Whether it is true is seen when they are used. */
async function equalHere({ files }: HandOver, { models }: Deps): Promise<Map<string, string>> {
  const own = models.list().flatMap((model) => model.files.filter((file) => file.owned))
  const here = new Map<string, string>()
  for (const file of files) {
    const equal = own.find((candidate) => candidate.sha256 === file.sha256 && candidate.sizeBytes === file.sizeBytes)
    if (equal && (await statOrNull(equal.path))?.size === file.sizeBytes) here.set(file.path, equal.path)
  }
  return here
}

async function takeFile(
  file: HandOverFile,
  pieces: AsyncIterable<Uint8Array>,
  target: string,
  equal: string | undefined,
  deps: Deps,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  if (equal !== undefined && (await shareEqual(file, equal, target, deps, signal))) {
    report.add(file.sizeBytes)
    return
  }
  if (equal !== undefined) await assertSpace(dirname(target), file.sizeBytes)
  const written = await writeHashed(pieces, target, report.add, signal)
  if (written.sizeBytes !== file.sizeBytes) throw archiveInvalid(`${file.path} is not as long as it should be.`)
  if (written.sha256 !== file.sha256) throw archiveInvalid(`${file.path} was damaged on the way.`)
  if (file.role === 'weights' && !(await isGguf(target))) throw archiveInvalid(`${file.path} is no model file.`)
  // Texts are for people; what they say came with the manifest.
  if (file.role === 'text') await rm(target)
}

/** False when it is another after all, or the drive knows no links: then the bytes of the hand-over are taken. */
async function shareEqual(file: HandOverFile, equal: string, target: string, deps: Deps, signal: AbortSignal) {
  try {
    if ((await deps.hashFile(equal, () => {}, signal)) !== file.sha256) return false
    await copyFile(equal, target, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL).catch(async () => {
      await rm(target, { force: true })
      await link(equal, target)
    })
    return true
  } catch (error) {
    signal.throwIfAborted()
    deps.log.info({ error }, 'import: an equal file could not be shared')
    await rm(target, { force: true })
    return false
  }
}

async function putInPlace(manifest: HandOver, staging: string, actor: Actor, deps: Deps): Promise<Model> {
  const { models } = deps
  const name = freeName(nearestName(manifest.name), (candidate) => models.find(candidate) !== undefined)
  const imported = join(deps.modelsFolder(), 'imported')
  await mkdir(imported, { recursive: true })
  const taken = new Set((await readdir(imported)).map((entry) => entry.toLowerCase()))
  const folder = join(
    imported,
    freeName(safeFolderName(name), (candidate) => taken.has(candidate.toLowerCase())),
  )
  await rename(staging, folder)
  try {
    const files = manifest.files
      // The first weights are the ones that are loaded; shards count up in their names.
      .toSorted((a, b) => (a.path < b.path ? -1 : 1))
      .flatMap(({ path, role, ...rest }): ModelFile[] =>
        role === 'text' ? [] : [{ ...rest, path: join(folder, path), role, owned: true }],
      )
    const { defaults, source, made, licenceText, tags } = manifest
    return await models.addImported({ name, files, defaults, source, made, licenceText, tags }, actor)
  } catch (error) {
    // Nothing in the library knows of it.
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}
