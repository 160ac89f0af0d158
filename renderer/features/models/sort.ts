import type { Model } from '../../../shared/domain/models.ts'

export const SORT_KEYS = ['name', 'size', 'added', 'lastUsed', 'speed'] as const
export type SortKey = (typeof SORT_KEYS)[number]

/**
 * Models in an order. Names are compared as people do (`7B` before `13B`); models that were never used or measured
 * come last, whichever way the order goes; equal ones stand by name.
 */
export function sortModels(models: readonly Model[], key: SortKey, descending: boolean): Model[] {
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
  const byName = (a: Model, b: Model): number =>
    collator.compare(shownName(a), shownName(b)) || collator.compare(a.name, b.name)
  const turn = descending ? -1 : 1
  if (key === 'name') return models.toSorted((a, b) => turn * byName(a, b))
  return models.toSorted((a, b) => {
    const [left, right] = [figure(a, key), figure(b, key)]
    if (left === null || right === null) {
      if (left === right) return byName(a, b)
      return left === null ? 1 : -1
    }
    return turn * (left - right) || byName(a, b)
  })
}

/** What a person reads as the model's name. */
export function shownName(model: Model): string {
  // Copies and made models carry the title of the weights they share: their own name tells them apart.
  return model.made === null ? (model.facts.title ?? model.name) : model.name
}

function figure(model: Model, key: Exclude<SortKey, 'name'>): number | null {
  switch (key) {
    case 'size':
      return model.sizeBytes
    case 'added':
      return model.addedAt
    case 'lastUsed':
      return model.lastUsedAt
    case 'speed':
      return model.measured?.decodeTps ?? null
  }
}
