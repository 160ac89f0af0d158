import type { CatalogueModel } from '../../../shared/domain/hubs.ts'
import type { Model } from '../../../shared/domain/models.ts'
import type { CatalogueFit } from '../../lib/state/fit.ts'

/** Slower than this, a person reads faster than the model writes. */
const PLEASANT_TPS = 6
const SHOWN = 3

export interface BiggerModel {
  model: CatalogueModel
  fit: CatalogueFit
}

/**
 * The curated chat models that would run well here, are not here yet, and are larger than every chat model that is: the
 * largest first, at first one of each strength. With a language, only models that speak it count.
 */
export function biggerModels(
  models: readonly CatalogueModel[],
  fits: ReadonlyMap<string, CatalogueFit>,
  library: readonly Model[],
  language: string | null,
): BiggerModel[] {
  const largest = Math.max(
    0,
    ...library.flatMap(({ facts, problem }) => (facts.kind === 'chat' && problem === null ? [facts.parameters] : [])),
  )
  const fitting = models
    .flatMap((model): BiggerModel[] => {
      const fit = fits.get(model.name)
      return fit !== undefined && isBetter(model, fit, largest, language) ? [{ model, fit }] : []
    })
    .toSorted((a, b) => b.model.parameters - a.model.parameters)
  const strengths = new Set<string>()
  const first = fitting.filter(({ model }) => {
    if (strengths.has(model.strength)) return false
    strengths.add(model.strength)
    return true
  })
  const rest = fitting.filter((each) => !first.includes(each))
  return [...first, ...rest].slice(0, SHOWN)
}

function isBetter(model: CatalogueModel, fit: CatalogueFit, largest: number, language: string | null): boolean {
  const { verdict, speed, supported } = fit.estimate
  return (
    model.kind === 'chat' &&
    model.parameters > largest * 1.2 &&
    fit.recommended &&
    supported !== false &&
    (verdict === 'gpu' || verdict === 'partly' || verdict === 'cpu') &&
    (speed === null || speed.tokensPerSecond >= PLEASANT_TPS) &&
    (language === null || model.languages.some((each) => each.startsWith(language)))
  )
}
