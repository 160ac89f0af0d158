import type { LoadedModel } from '../../../shared/domain/engines.ts'
import type { ApiKey } from '../../../shared/domain/keys.ts'
import type { Model } from '../../../shared/domain/models.ts'
import type { ServerDeps } from '../deps.ts'
import { usualModel } from './usual-model.ts'

/** The models that are there for one caller. What its key does not name is as if it did not exist. */
export interface VisibleModels {
  /**
   * By name or alias.
   * @param standIn the kind of which the usual model may answer to a name that nobody knows, where the settings allow it
   * @throws AppError model_not_found for an alias whose model is gone
   */
  find(name: string, standIn?: Model['facts']['kind']): Model | undefined
  /** By a name of its own, for what changes models. */
  own(name: string): Model | undefined
  list(): Model[]
  aliases(): { name: string; model: Model }[]
  loaded(): LoadedModel[]
  /** Whether the caller may bring here, make or remove a model of this name. */
  mayName(name: string): boolean
}

type Deps = Pick<ServerDeps, 'findModel' | 'listModels' | 'listAliases' | 'loadedModels'> & {
  library: Pick<ServerDeps['library'], 'find'>
}

/** All models, or those that the key names, by whichever of their names. */
export function visibleModels(
  { findModel: find, listModels, listAliases, loadedModels, library }: Deps,
  key: ApiKey | null,
): VisibleModels {
  const names = key?.models ?? null
  const own = (name: string) => library.find(name)
  if (names === null) {
    return { find, own, list: listModels, aliases: listAliases, loaded: loadedModels, mayName: () => true }
  }
  const shown = new Set(names.flatMap((name) => library.find(name)?.name ?? []))
  for (const { name, model } of listAliases()) if (names.includes(name)) shown.add(model.name)
  const ifShown = (model: Model | undefined) => (model !== undefined && shown.has(model.name) ? model : undefined)
  const models: VisibleModels = {
    find(name, standIn) {
      const named = find(name)
      if (named !== undefined) return ifShown(named)
      // Whether anything stands in is a setting; what does is among those that are shown.
      return standIn === undefined || find(name, standIn) === undefined ? undefined : usualModel(models, standIn)
    },
    own: (name) => ifShown(own(name)),
    list: () => listModels().filter(({ name }) => shown.has(name)),
    aliases: () => listAliases().filter(({ model }) => shown.has(model.name)),
    loaded: () => loadedModels().filter(({ model }) => shown.has(model)),
    mayName: (name) =>
      ifShown(own(name)) !== undefined || names.some((other) => other.toLowerCase() === name.toLowerCase()),
  }
  return models
}
