import { realpathSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { Actor } from '../../shared/domain/actor.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { Model } from '../../shared/domain/models.ts'
import type { FoundModel, StorageState, WorkProgress } from '../../shared/domain/storage.ts'
import { freeName, nearestName } from '../models/names.ts'
import type { StorageUseDeps } from './deps.ts'
import { createEqualFinder, type EqualFinder } from './equal/equal.ts'
import { isGguf } from './files.ts'
import { freeOne, listFreeable } from './freeable.ts'
import { exportModel, type ExportRequest } from './hand-over/export.ts'
import { cleanStaging, importModel } from './hand-over/import.ts'
import type { Found } from './others/finder.ts'
import { findOtherModels } from './others/others.ts'
import { openTargets } from './partials.ts'
import { measureUse } from './usage.ts'
import { createWrittenFiles } from './written-files.ts'

/** What model files take on the disk, here and in other programs, and how they travel. */
export interface StorageUse extends Pick<EqualFinder, 'findEqual' | 'makeOneCopy' | 'undoOneCopy'> {
  usage(): Promise<StorageState>
  /** Frees what `usage` lists under this path. Throws `not_found` for every other path, `file_in_use`. */
  free(path: string): Promise<StorageState>
  /** Models of other programs, and those under `folder`. */
  findOthers(folder: string | null): Promise<FoundModel[]>
  /** Adds files where they lie. Those that can't be used are left out; throws why when none can. */
  useInPlace(paths: readonly string[], actor: Actor): Promise<Model[]>
  exportModel(request: ExportRequest, signal?: AbortSignal): AsyncGenerator<WorkProgress, void, void>
  importModel(
    source: string,
    actor: Actor,
    signal?: AbortSignal,
  ): AsyncGenerator<WorkProgress | { model: Model }, void, void>
}

export function createStorageUse(deps: StorageUseDeps): StorageUse {
  const { models, log } = deps
  const look = (folder: string | null): Promise<Found[]> => findOtherModels(deps, folder, log)
  const written = createWrittenFiles(deps.home)

  /** A model that is in memory has its file mapped; a download is about to write it. */
  function isBusy(path: string): boolean {
    if (openTargets(deps.downloads()).has(path)) return true
    return models
      .list()
      .some((model) => deps.isLoaded(model.name) && model.files.some((file) => sameFile(file.path, path)))
  }
  const equal = createEqualFinder({ ...deps, isBusy, findOthers: () => look(null) })

  cleanStaging(deps).catch((error: unknown) => log.warn({ error }, 'left over imports'))

  const freeable = () => listFreeable(deps, equal, written)
  async function usage(): Promise<StorageState> {
    return { ...(await measureUse(deps)), freeable: (await freeable()).map(({ shown }) => shown) }
  }

  async function addOne(path: string, found: Found | undefined, actor: Actor): Promise<Model> {
    if (!found && !(await isGguf(path))) throw noGguf(path)
    const suggested = found?.suggestedName ?? null
    if (suggested === null) return models.add(path, actor)
    const name = nearestName(suggested.replace(/:latest$/, ''))
    return models.add(
      path,
      actor,
      freeName(name, (candidate) => models.find(candidate) !== undefined),
    )
  }

  return {
    ...equal,
    usage,
    async free(path) {
      await freeOne(await freeable(), path)
      return usage()
    },
    async findOthers(folder) {
      const known = new Set(models.list().flatMap((model) => model.files.map((file) => realOf(file.path))))
      return (await look(folder === null ? null : resolve(folder))).map(({ app, name, path, sizeBytes, sha256 }) => ({
        app,
        name,
        path,
        sizeBytes,
        sha256,
        known: known.has(realOf(path)),
      }))
    },
    async useInPlace(paths, actor) {
      const found = new Map((await look(null)).map((model) => [model.path, model]))
      const added: Model[] = []
      const failures: unknown[] = []
      for (const given of paths) {
        const path = resolve(given)
        try {
          added.push(await addOne(path, found.get(path), actor))
        } catch (error) {
          failures.push(error)
          log.warn({ error }, 'a file of another program could not be used')
        }
      }
      if (added.length === 0 && failures.length > 0) throw failures[0]
      return added
    },
    exportModel: (request, signal) => exportModel(request, deps, signal),
    importModel: (source, actor, signal) => importModel(source, actor, deps, signal),
  }
}

function sameFile(a: string, b: string): boolean {
  return a === b || realOf(a) === realOf(b)
}

function realOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

function noGguf(path: string): AppError {
  return new AppError({
    code: 'model_file_invalid',
    message: `${path} is no model that Hearth can use.`,
    suggestion: 'Choose a .gguf file.',
    data: { path, file: basename(path) },
  })
}
