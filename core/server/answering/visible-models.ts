import type { LoadedModel } from '../../../shared/domain/engines.ts'
import type { ApiKey } from '../../../shared/domain/keys.ts'
import type { Model } from '../../../shared/domain/models.ts'
import type { ServerDeps } from '../deps.ts'

/** The models that are there for one caller. What its key does not name is as if it did not exist. */
export interface VisibleModels {
  /** By name or alias. */
  find(name: string): Model | undefined
  list(): Model[]
  loaded(): LoadedModel[]
  /** Whether the caller may bring here, make or remove a model of this name. */
  mayName(name: string): boolean
}

/** All models, or those that the key names, by whichever of their names. */
export function visibleModels(
  { findModel: find, listModels, loadedModels }: Pick<ServerDeps, 'findModel' | 'listModels' | 'loadedModels'>,
  key: ApiKey | null,
): VisibleModels {
  const names = key?.models ?? null
  if (names === null) return { find, list: listModels, loaded: loadedModels, mayName: () => true }
  const shown = new Set(names.flatMap((name) => find(name)?.name ?? []))
  const findShown = (name: string) => {
    const model = find(name)
    return model !== undefined && shown.has(model.name) ? model : undefined
  }
  return {
    find: findShown,
    list: () => listModels().filter(({ name }) => shown.has(name)),
    loaded: () => loadedModels().filter(({ model }) => shown.has(model)),
    mayName: (name) =>
      findShown(name) !== undefined || names.some((other) => other.toLowerCase() === name.toLowerCase()),
  }
}
