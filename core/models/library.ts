import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { AppError } from '../../shared/domain/errors.ts'
import type {
  Conformance,
  MeasuredSpeed,
  Model,
  ModelCheck,
  ModelDefaults,
  ModelFile,
  ModelPatch,
  ModelUpdate,
  Tuning,
} from '../../shared/domain/models.ts'
import type { WorkProgress } from '../../shared/domain/storage.ts'
import type { Host } from '../host/host.ts'
import type { HashFile } from '../lib/hash-file.ts'
import type { Log } from '../lib/log.ts'
import { createTopic, type Topic } from '../lib/topic.ts'
import { type Adding, createAdding } from './adding.ts'
import { createFileChecks } from './file-checks.ts'
import { modelNotFound, nameTaken, starterStays } from './library-errors.ts'
import { given, type ModelSettings } from './model-settings.ts'
import type { ModelStore } from './model-store.ts'
import { freeName, normalizeName, validName } from './names.ts'
import { createRemoval } from './removal.ts'
import { createShelf, type Shelved } from './shelf.ts'
import { type AskNewest, findUpdates } from './updates.ts'
import { verifyFiles } from './verify.ts'

/** The models of this computer and the names that mean them. */
export interface Library extends Adding {
  topic: Topic<Model[]>
  /** All models, those that were added last first, then the starters; each with what is wrong with its file, as far
   *  as that was looked at lately. Costs nothing, however many there are. */
  list(): Model[]
  /** The same after a look at every file. */
  refresh(): Promise<Model[]>
  /** By name, alias or path, in any case, with or without `:latest`; its files are looked at now. */
  find(name: string): Model | undefined
  /** As `find`. Throws `model_not_found`, or what is wrong with the file. */
  get(name: string): Model
  /** Models that use a file. */
  modelsOfFile(path: string): Model[]
  /** A file of our own with these bytes that is whole, as far as its size tells. */
  findOwnFile(sha256: string): ModelFile | undefined
  /** Takes a model out. Its own files are kept for a minute. Throws `model_not_found`, `forbidden` for a starter. */
  remove(name: string): Promise<{ undoId: string }>
  /** Brings it back, under the next free name if its own was given away. Throws `not_found` when it is too late. */
  restore(undoId: string): Promise<Model>
  /** Files of removed models that wait; and how to drop such a model now. */
  removed(): { name: string; path: string }[]
  forgetRemoved(path: string): Promise<void>
  /** The old name goes on meaning it until another model gets that. Throws `name_…`, `forbidden` for a starter. */
  rename(name: string, to: string): Promise<Model>
  update(name: string, patch: ModelPatch): Model
  /** It has just answered. A name that is gone meanwhile is left alone. */
  noteUse(name: string, measured?: MeasuredSpeed): void
  setCheck(name: string, check: ModelCheck | null): Model
  /** What suits it on this machine, and what it was found to do. A name that is gone meanwhile is left alone. */
  setTuning(name: string, tuning: Tuning | null): void
  setConformance(name: string, conformance: Conformance | null): void
  setFileHash(path: string, sha256: string): void
  /** Reads every file again; the model's `check` holds the outcome. Throws `model_not_found`. */
  verify(name: string, signal?: AbortSignal): AsyncGenerator<WorkProgress, void, void>
  updates(names: readonly string[]): Promise<ModelUpdate[]>
  /** Passes on what was removed. */
  close(): Promise<void>
}

export interface LibraryDeps {
  starters: Model[]
  store: ModelStore
  host: Host
  log: Pick<Log, 'warn'>
  now: () => number
  newId: () => string
  /** Where downloads lie. */
  modelsFolder: () => string
  /** Of this program. */
  version: string
  /** Ends whatever holds a model's files open. */
  release: (name: string) => Promise<void>
  hashFile: HashFile
  newest: AskNewest
}

export function createLibrary(deps: LibraryDeps): Library {
  const { starters, store, host, now } = deps
  for (const starter of starters) store.files.relocate(basename(starter.path), starter.path)
  const checks = createFileChecks(now)
  const shelf = createShelf(starters, store, checks)
  const removal = createRemoval({ ...deps, desktop: host.desktop })

  const different = () => {
    shelf.stale()
    topic.changed()
  }
  /** A file goes or comes back without a word: whoever looks tells those who watch. */
  const list = () => {
    const models = shelf.list()
    checks.lookSoon(models, different)
    return models
  }
  const topic = createTopic(list)

  function findShelved(name: string): Shelved | undefined {
    const found = shelf.find(name)
    if (!found || !checks.look(found.model)) return found
    different()
    return shelf.find(name)
  }
  function known(name: string): Shelved {
    const found = findShelved(name)
    if (!found) throw modelNotFound(name)
    return found
  }
  const adding = createAdding({ ...deps, shelf, removal, changed: topic.changed, find: findShelved })

  function save(shelved: Shelved, settings: Partial<ModelSettings>): Model {
    shelf.save(shelved, { ...shelved.settings, ...settings })
    topic.changed()
    return shelf.find(shelved.model.name)?.model ?? shelved.model
  }

  const setCheck = (name: string, check: ModelCheck | null) => save(known(name), { check })
  function setFileHash(path: string, sha256: string): void {
    store.files.setHash(path, sha256)
    for (const model of shelf.list()) {
      const id = shelf.find(model.name)?.stored?.id
      if (id !== undefined && model.files.some((file) => file.path === path)) shelf.reload(id)
    }
    topic.changed()
  }

  removal.passOnLeftOvers().catch((error: unknown) => deps.log.warn({ error }, 'removed models stay'))

  return {
    topic,
    list,
    async refresh() {
      if (await checks.lookAtAll(shelf.list())) different()
      return shelf.list()
    },
    find: (name) => findShelved(name)?.model,
    get(name) {
      const { model } = known(name)
      if (model.problem) throw new AppError(model.problem)
      return model
    },
    modelsOfFile: (path) => shelf.list().filter((model) => model.files.some((file) => file.path === path)),
    findOwnFile(sha256) {
      const wanted = sha256.toLowerCase()
      return shelf
        .list()
        .flatMap((model) => model.files)
        .find((file) => file.owned && file.sha256 === wanted && isWhole(file))
    },
    ...adding,
    async remove(name) {
      const { model, stored } = known(name)
      if (!stored) throw starterStays(model.name)
      const undoId = await removal.remove(stored.id, async () => {
        shelf.reload(stored.id)
        topic.changed()
        await deps.release(model.name)
      })
      return { undoId }
    },
    async restore(undoId) {
      const id = await removal.restore(undoId, (name) => freeName(name, shelf.isTaken))
      shelf.reload(id)
      topic.changed()
      const restored = shelf.row(id)?.model
      if (!restored) throw modelNotFound(undoId)
      return findShelved(restored.name)?.model ?? restored
    },
    removed: removal.waiting,
    forgetRemoved: removal.forget,
    async rename(name, to) {
      const { model, stored } = known(name)
      if (!stored) throw starterStays(model.name)
      const next = validName(to)
      if (next === model.name) return model
      if (shelf.isTaken(next, stored.id)) throw nameTaken(next)
      // Its process is known by the old name.
      await deps.release(model.name)
      const aliases = [...stored.came.aliases, model.name].filter(
        (alias) => normalizeName(alias) !== normalizeName(next),
      )
      store.rename(stored.id, next, [...new Set(aliases)])
      shelf.reload(stored.id)
      topic.changed()
      return shelf.row(stored.id)?.model ?? model
    },
    update(name, { favourite, tags, defaults }) {
      const shelved = known(name)
      const { settings, came, model } = shelved
      const next = { ...came.defaults, ...given(settings.defaults), ...given(defaults ?? {}) }
      const { template, goTemplate } = model.defaults
      // What it does with tools and thoughts is the template's doing.
      const sameTemplate = next.template === template && next.goTemplate === goTemplate
      return save(shelved, {
        conformance: sameTemplate ? settings.conformance : null,
        favourite: favourite ?? settings.favourite,
        tags: tags ? [...new Set(tags)] : settings.tags,
        defaults: differences(came.defaults, { ...given(settings.defaults), ...given(defaults ?? {}) }),
      })
    },
    noteUse(name, measured) {
      const shelved = shelf.find(name)
      if (shelved) save(shelved, { lastUsedAt: now(), ...(measured ? { measured } : {}) })
    },
    setCheck,
    setTuning(name, tuning) {
      const shelved = shelf.find(name)
      if (shelved) save(shelved, { tuning })
    },
    setConformance(name, conformance) {
      const shelved = shelf.find(name)
      if (shelved) save(shelved, { conformance })
    },
    setFileHash,
    async *verify(name, signal) {
      const { model } = known(name)
      yield* verifyFiles(
        {
          hashFile: deps.hashFile,
          now,
          onHash: setFileHash,
          onChecked: (check) => void setCheck(model.name, check),
        },
        model,
        signal,
      )
    },
    updates: (names) =>
      findUpdates(
        names.flatMap((name) => shelf.find(name)?.model ?? []),
        deps.newest,
      ),
    close: removal.close,
  }
}

/** What a person set that is not what the model came with anyway. */
function differences(came: ModelDefaults, set: Partial<ModelDefaults>): Partial<ModelDefaults> {
  return Object.fromEntries(
    // The keys are those of defaults.
    Object.entries(set).filter(([key, value]) => !isDeepStrictEqual(value, came[key as keyof ModelDefaults])),
  )
}

function isWhole(file: ModelFile): boolean {
  try {
    return statSync(file.path, { throwIfNoEntry: false })?.size === file.sizeBytes
  } catch {
    return false
  }
}
