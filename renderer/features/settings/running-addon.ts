import type { LoadedModel } from '../../../shared/domain/engines.ts'

/** Whose build of the inference library computes: ours, the library's, each for some model, or none yet. */
export type RunningAddon = 'own' | 'library' | 'both' | 'none'

/** What the models in memory really run with. One that is still being loaded doesn't know yet. */
export function runningAddon(models: readonly Pick<LoadedModel, 'state' | 'native'>[]): RunningAddon {
  const ready = models.filter(({ state }) => state === 'ready')
  if (ready.length === 0) return 'none'
  if (ready.every(({ native }) => native)) return 'own'
  return ready.some(({ native }) => native) ? 'both' : 'library'
}
