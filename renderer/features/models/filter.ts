import type { Model } from '../../../shared/domain/models.ts'
import { formatParameters } from '../../lib/model-words.ts'

export interface LibraryFilter {
  favourites: boolean
  kind: Model['facts']['kind'] | null
  /** All of them must be there. */
  tags: readonly string[]
}

export const NO_FILTER: LibraryFilter = { favourites: false, kind: null, tags: [] }

/** Whether a filter leaves everything. */
export function isOpen(filter: LibraryFilter): boolean {
  return !filter.favourites && filter.kind === null && filter.tags.length === 0
}

/**
 * The models that pass the filter and whose name, alias, title, tags, architecture, quantization, size (`135M`) or
 * licence contain every word of the query, in their given order. Upper and lower case, `-`, `_` and `:` make no
 * difference.
 */
export function filterModels(models: readonly Model[], query: string, filter: LibraryFilter = NO_FILTER): Model[] {
  const words = plain(query).split(' ').filter(Boolean)
  return models.filter((model) => {
    if (filter.favourites && !model.favourite) return false
    if (filter.kind !== null && model.facts.kind !== filter.kind) return false
    if (!filter.tags.every((tag) => model.tags.includes(tag))) return false
    if (words.length === 0) return true
    const text = searchText(model)
    return words.every((word) => text.includes(word))
  })
}

/** Every tag of the library once, in the order of the alphabet. */
export function tagsOf(models: readonly Model[]): string[] {
  return [...new Set(models.flatMap((model) => model.tags))].toSorted((a, b) => a.localeCompare(b))
}

/** The tags with one more or one less. */
export function toggled(tags: readonly string[], tag: string, on: boolean): string[] {
  return on ? [...tags, tag] : tags.filter((each) => each !== tag)
}

const texts = new WeakMap<Model, string>()

/** What is searched of a model, made once: a library of thousands is searched at each key. */
function searchText(model: Model): string {
  const known = texts.get(model)
  if (known !== undefined) return known
  const text = plain(
    [
      model.name,
      ...model.aliases,
      ...model.tags,
      model.facts.title ?? '',
      model.facts.architecture,
      model.facts.quantization,
      formatParameters(model.facts.parameters),
      model.facts.licence ?? '',
      model.facts.kind,
    ].join(' '),
  )
  texts.set(model, text)
  return text
}

function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[-_:\s]+/g, ' ')
    .trim()
}
