import type { Model } from '../../../shared/domain/models.ts'

/**
 * What removing a model means: `delete` its own files go to the trash · `forget` another's file stays where it is ·
 * `unmake` only the settings go, the weights are another model's.
 */
export type Removal = 'delete' | 'forget' | 'unmake'

/** What removing this model would do. */
export function removalOf(model: Model): Removal {
  if (model.made !== null) return 'unmake'
  return model.files.some((file) => file.owned) ? 'delete' : 'forget'
}

/** Starter models ship with the program and stay. */
export function canRemove(model: Model): boolean {
  return model.origin !== 'starter'
}
