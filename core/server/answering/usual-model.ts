import type { LoadedModel } from '../../../shared/domain/engines.ts'
import type { Model } from '../../../shared/domain/models.ts'

/** The model for who names none: one that is in memory, else the first that can do it. */
export function usualModel(
  models: { list(): Model[]; loaded(): LoadedModel[] },
  kind: Model['facts']['kind'] = 'chat',
): Model | undefined {
  const able = models.list().filter(({ facts, problem }) => facts.kind === kind && problem === null)
  const ready = models.loaded().filter(({ state }) => state === 'ready')
  return able.find(({ name }) => ready.some((loaded) => loaded.model === name)) ?? able[0]
}
