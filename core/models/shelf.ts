import type { Model } from '../../shared/domain/models.ts'
import type { FileChecks } from './file-checks.ts'
import { applySettings, type ModelSettings, noSettings } from './model-settings.ts'
import { aliasesOf, type ModelStore, type StoredModel, weightsOf } from './model-store.ts'
import { normalizeName } from './names.ts'

/** A model and where it is kept: a row of the library, or among those that ship with the program. */
export interface Shelved {
  model: Model
  /** As it came, without what a person set. */
  came: Pick<Model, 'defaults'>
  settings: ModelSettings
  /** Null for a starter. */
  stored: StoredModel | null
  /** What it is found by. */
  keys: { name: string; aliases: string[] }
}

/** All models, held in memory as they are shown and found, so that asking for them costs nothing. */
export interface Shelf {
  /** Those added last first, then the starters. */
  list(): Model[]
  find(name: string): Shelved | undefined
  /** A model of the library by its row. */
  row(id: number): Shelved | undefined
  /** Whether a model can't be given that name, unless it is the one with this id. */
  isTaken(name: string, except?: number): boolean
  /** Takes over what the database says of a model: new, changed or gone. */
  reload(id: number): void
  /** Remembers what belongs to a model here. */
  save(shelved: Shelved, settings: ModelSettings): void
  /** The problems of files are others than before. */
  stale(): void
}

interface View {
  models: Model[]
  byName: Map<string, Shelved>
  byAlias: Map<string, Shelved>
  byPath: Map<string, Shelved>
  byRow: Map<number, Shelved>
}

export function createShelf(starters: readonly Model[], store: ModelStore, checks: FileChecks): Shelf {
  const stored = new Map(store.list().map((one) => [one.id, one]))
  const starterSettings = store.settings.all().starters
  let view: View | null = null

  /** What was made of a row or a starter; most of them are the same at the next look. */
  const made = new Map<StoredModel | Model, Shelved>()

  function shelve(from: StoredModel | Model, fresh: () => Omit<Shelved, 'keys'>): Shelved {
    const known = made.get(from)
    if (known && checks.problem(known.model)?.code === known.model.problem?.code) return known
    const shelved = fresh()
    const model = { ...shelved.model, problem: checks.problem(shelved.model) }
    const keys = { name: normalizeName(model.name), aliases: model.aliases.map(normalizeName) }
    const whole = { ...shelved, model, keys }
    made.set(from, whole)
    return whole
  }
  const shelveStored = (one: StoredModel): Omit<Shelved, 'keys'> => {
    const { came, settings } = one
    const weights = weightsOf(came.files)
    const model: Model = {
      ...came,
      aliases: aliasesOf(came),
      path: weights[0]?.path ?? '',
      sizeBytes: weights.reduce((sum, file) => sum + file.sizeBytes, 0),
      ...applySettings(came.defaults, settings),
      problem: null,
    }
    return { model, came, settings, stored: one }
  }
  const shelveStarter = (starter: Model): Omit<Shelved, 'keys'> => {
    const settings = starterSettings.get(starter.name) ?? noSettings()
    const model = { ...starter, ...applySettings(starter.defaults, settings) }
    return { model, came: starter, settings, stored: null }
  }

  function build(): View {
    const added = [...stored.values()].toSorted((a, b) => b.came.addedAt - a.came.addedAt || b.id - a.id)
    const all = [
      ...added.map((one) => shelve(one, () => shelveStored(one))),
      ...starters.map((starter) => shelve(starter, () => shelveStarter(starter))),
    ]
    const built: View = {
      models: all.map(({ model }) => model),
      byName: new Map(),
      byAlias: new Map(),
      byPath: new Map(),
      byRow: new Map(),
    }
    // Where two share an alias or a file, it means the one that was first.
    for (const shelved of all) {
      const { model, keys } = shelved
      built.byName.set(keys.name, shelved)
      for (const alias of keys.aliases) built.byAlias.set(alias, shelved)
      if (shelved.stored) built.byRow.set(shelved.stored.id, shelved)
      if (model.origin !== 'made') built.byPath.set(model.path, shelved)
    }
    return built
  }
  function forget(from: StoredModel | Model | undefined): void {
    if (from) made.delete(from)
  }
  const current = () => (view ??= build())

  return {
    list: () => current().models,
    find(name) {
      const wanted = normalizeName(name)
      const { byName, byAlias, byPath } = current()
      return byName.get(wanted) ?? byAlias.get(wanted) ?? byPath.get(name)
    },
    row: (id) => current().byRow.get(id),
    isTaken(name, except) {
      const wanted = normalizeName(name)
      const holder = current().byName.get(wanted)
      if (holder) return except === undefined || holder.stored?.id !== except
      return starters.some((starter) => starter.aliases.some((alias) => normalizeName(alias) === wanted))
    },
    reload(id) {
      forget(stored.get(id))
      const one = store.get(id)
      if (one) stored.set(id, one)
      else stored.delete(id)
      view = null
    },
    save({ model, stored: one }, settings) {
      if (one) {
        forget(one)
        store.settings.save({ modelId: one.id }, settings)
        stored.set(one.id, { ...one, settings })
      } else {
        store.settings.save({ starter: model.name }, settings)
        starterSettings.set(model.name, settings)
        forget(starters.find(({ name }) => name === model.name))
      }
      view = null
    },
    stale() {
      view = null
    },
  }
}
