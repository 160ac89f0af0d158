import type { Model } from '../../../shared/domain/models.ts'
import { formatParameters } from './parameters.ts'

/**
 * The models whose name, alias, title, architecture, quantization, size (`135M`) or licence contain every
 * word of the query, in their given order. Upper and lower case, `-`, `_` and `:` make no difference.
 */
export function filterModels(models: readonly Model[], query: string): Model[] {
  const words = plain(query).split(' ').filter(Boolean)
  if (words.length === 0) return [...models]
  return models.filter((model) => {
    const text = plain(
      [
        model.name,
        ...model.aliases,
        model.facts.title ?? '',
        model.facts.architecture,
        model.facts.quantization,
        formatParameters(model.facts.parameters),
        model.facts.licence ?? '',
        model.facts.kind,
      ].join(' '),
    )
    return words.every((word) => text.includes(word))
  })
}

function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[-_:\s]+/g, ' ')
    .trim()
}
