import { basename, resolve } from 'node:path'
import type { Actor } from '../../shared/domain/actor.ts'
import type { Model, ModelFile } from '../../shared/domain/models.ts'
import type { Host } from '../host/host.ts'
import type { DownloadPlan } from '../hubs/hub.ts'
import { modelNotFound, nameTaken } from './library-errors.ts'
import { emptyDefaults, type ModelDraft, type ModelStore, type StoredModel, weightsOf } from './model-store.ts'
import { attach } from './modelfile/attachments.ts'
import { makeModel, type MakeRequest } from './modelfile/create.ts'
import { writeNearest } from './modelfile/describe.ts'
import { freeName, nameFromFile, nearestName, validName } from './names.ts'
import { readHeader, weightsAt } from './read-header.ts'
import type { Removal } from './removal.ts'
import type { Shelf, Shelved } from './shelf.ts'

/** A model whose files lie in the models' folder already and were compared with their hashes. */
export type ImportedModel = Pick<Model, 'name' | 'files' | 'defaults' | 'source' | 'made' | 'licenceText' | 'tags'>

/** The ways into the library. */
export interface Adding {
  /** Adds a GGUF where it lies, with all of its shards. A file that is there already is not added twice. Throws
   *  `model_file_…`, and `name_invalid` or `model_name_taken` where a name is given. */
  add(path: string, actor: Actor, name?: string): Promise<Model>
  /** Adds what was downloaded, or puts it in the place of an older one of the same source. Throws `model_file_…`. */
  addDownloaded(downloaded: { plan: DownloadPlan; files: ModelFile[]; actor: Actor }): Promise<Model>
  /** Adds what was handed over; under the next free name if its own is taken. Throws `model_file_…`. */
  addImported(model: ImportedModel, actor: Actor): Promise<Model>
  /** Makes a model of a Modelfile, or makes a made one anew. Throws `modelfile_invalid`, `model_not_found`,
   *  `name_invalid`, `model_name_taken`. */
  create(request: MakeRequest & { name: string; actor: Actor }): Promise<Model>
  /** A second entry for the same weights, with settings of its own. Throws `model_not_found`, `name_invalid`,
   *  `model_name_taken`. */
  duplicate(name: string, to: string, actor: Actor): Model
}

export interface AddingDeps {
  starters: readonly Model[]
  store: ModelStore
  shelf: Shelf
  removal: Pick<Removal, 'discardUnused'>
  host: Host
  now: () => number
  version: string
  release: (name: string) => Promise<void>
  changed: () => void
  /** After a look at its files. */
  find: (name: string) => Shelved | undefined
}

export function createAdding(deps: AddingDeps): Adding {
  const { store, shelf, host, now, find } = deps

  /** Tells the library of a row that was written, and gives the model. */
  function shown(id: number): Model {
    for (const starter of deps.starters) store.files.relocate(basename(starter.path), starter.path)
    shelf.reload(id)
    const model = shelf.row(id)?.model
    if (!model) throw new Error('A model that was written is not there.')
    deps.changed()
    return find(model.name)?.model ?? model
  }
  function insert(actor: Actor, draft: ModelDraft): Model {
    return shown(store.insert(actor.ownerId, draft))
  }
  /** Puts another in the place of a model; what a person set on it stays, what was found out about it does not. */
  async function replace({ id, came, settings }: StoredModel, draft: ModelDraft): Promise<Model> {
    await deps.release(came.name)
    store.replace(id, draft)
    store.settings.save(
      { modelId: id },
      {
        ...settings,
        check: null,
        measured: null,
        conformance: null,
        tuning: null,
      },
    )
    // Models that share the file have the new one too.
    for (const sharing of shelf.list()) {
      const other = shelf.find(sharing.name)?.stored
      if (!other || other.id === id || !sharesWeights(other.came, draft)) continue
      store.replace(other.id, { ...other.came, files: merged(other.came.files, draft.files), facts: draft.facts })
      shelf.reload(other.id)
    }
    const model = shown(id)
    await deps.removal.discardUnused()
    return model
  }
  const free = (name: string) => freeName(name, shelf.isTaken)
  function unusedName(name: string): string {
    const valid = validName(name)
    if (shelf.isTaken(valid)) throw nameTaken(valid)
    return valid
  }

  return {
    async add(givenPath, actor, name) {
      const path = resolve(givenPath.trim())
      const known = find(path)
      if (known && !known.model.problem) return known.model
      const wanted = name === undefined || known ? undefined : unusedName(name)
      const files = weightsAt(path)
      const first = files[0]?.path ?? path
      const whole = find(first)
      if (whole && !whole.model.problem) return whole.model
      const facts = await readHeader(host, first)
      // Two calls for one file may have waited side by side.
      const meanwhile = shelf.find(first)
      if (meanwhile && !meanwhile.stored) return meanwhile.model
      if (meanwhile?.stored) {
        const { stored } = meanwhile
        // Nobody changed it since: the other call was for the same file.
        if (!meanwhile.model.problem) return meanwhile.model
        return replace(stored, { ...stored.came, files: merged(stored.came.files, files), facts })
      }
      return insert(actor, {
        name: wanted === undefined ? free(nameFromFile(basename(first))) : unusedName(wanted),
        aliases: [],
        origin: 'local',
        files,
        facts,
        defaults: emptyDefaults(),
        source: null,
        made: null,
        licenceText: null,
        addedAt: now(),
      })
    },

    async addDownloaded({ plan, files, actor }) {
      const header = await readHeader(host, firstWeights(files, plan.name))
      // What a file calls itself is often a note of those who trained it.
      const facts = { ...header, title: plan.title }
      const name = nearestName(plan.name)
      const draft = {
        aliases: [],
        origin: 'hub' as const,
        files,
        facts,
        source: plan.source,
        ...attach(name, plan.attachments, facts.chatTemplate, writeNearest),
        addedAt: now(),
      }
      const older = shelf.find(name)?.stored
      if (older && older.came.source?.hub === plan.source.hub && older.came.source.repo === plan.source.repo) {
        return replace(older, { ...draft, name: older.came.name, addedAt: older.came.addedAt })
      }
      return insert(actor, { ...draft, name: free(name) })
    },

    async addImported({ tags, ...model }, actor) {
      const facts = await readHeader(host, firstWeights(model.files, model.name))
      const id = store.insert(actor.ownerId, {
        ...model,
        name: free(nearestName(model.name)),
        aliases: [],
        origin: 'imported',
        facts,
        addedAt: now(),
      })
      store.settings.save({ modelId: id }, { ...store.settings.of(id), tags })
      return shown(id)
    },

    async create({ name, actor, ...request }) {
      const valid = validName(name)
      const remade = () => {
        const holder = shelf.find(valid)
        return holder?.stored?.came.origin === 'made' && shelf.isTaken(valid) ? holder.stored : null
      }
      if (!remade()) unusedName(valid)
      const made = await makeModel(
        {
          find: (from) => {
            const base = find(from)
            return base && { ...base.model, defaults: base.came.defaults }
          },
          readHeader: (path) => readHeader(host, path),
          version: deps.version,
        },
        request,
      )
      const older = remade()
      if (older) return replace(older, { ...made, name: older.came.name, addedAt: older.came.addedAt })
      return insert(actor, { ...made, name: unusedName(valid), addedAt: now() })
    },

    duplicate(name, to, actor) {
      const original = find(name)
      if (!original) throw modelNotFound(name)
      const { model, came, settings } = original
      const id = store.insert(actor.ownerId, {
        name: unusedName(to),
        aliases: [],
        origin: model.origin === 'starter' ? 'local' : model.origin,
        files: model.files,
        facts: model.facts,
        defaults: came.defaults,
        source: model.source,
        made: model.made,
        licenceText: model.licenceText,
        addedAt: now(),
      })
      store.settings.save({ modelId: id }, { ...settings, favourite: false, lastUsedAt: null })
      return shown(id)
    },
  }
}

function firstWeights(files: readonly ModelFile[], name: string): string {
  const first = weightsOf(files)[0]
  if (!first) throw modelNotFound(name)
  return first.path
}

function sharesWeights(a: Pick<ModelDraft, 'files'>, b: Pick<ModelDraft, 'files'>): boolean {
  const path = weightsOf(a.files)[0]?.path
  return path !== undefined && path === weightsOf(b.files)[0]?.path
}

/** Other weights in the place of the old ones; what stood beside them stays. */
function merged(old: readonly ModelFile[], weights: readonly ModelFile[]): ModelFile[] {
  const owned = new Map(old.map((file) => [file.path, file.owned]))
  return [
    ...weightsOf(weights).map((file) => ({ ...file, owned: owned.get(file.path) ?? file.owned })),
    ...old.filter((file) => file.role !== 'weights'),
  ]
}
