import { z } from 'zod'
import entries from '../../resources/catalogue.json' with { type: 'json' }
import { CatalogueModel } from '../../shared/domain/hubs.ts'
import { parseLabel } from './quantization-label.ts'

/** The curated list, checked. */
export function readCatalogue(): CatalogueModel[] {
  return z.array(CatalogueModel).parse(entries)
}

/**
 * The model that a name means, and the quantization that it names: `phi4:mini-q8_0` is `phi4:mini` at 8 bits.
 * Null when the list has no such model.
 */
export function findInCatalogue(
  models: CatalogueModel[],
  name: string,
): { model: CatalogueModel; quantization: string | null } | null {
  const wanted = name
    .toLowerCase()
    .replace(/^library\//, '')
    .replace(/:latest$/, '')
  const exact = byName(models, wanted)
  if (exact) return { model: exact, quantization: null }
  // The label is all behind the colon, or what follows a dash in it.
  const match = /^(.+?)(?:-(?:instruct|chat|text|it))?[-:]((?:ud-)?(?:i?q|f|bf|fp|mxfp|tq)\d\w*)$/.exec(wanted)
  const quantization = match?.[2] === undefined ? null : parseLabel(match[2])
  const model = match?.[1] === undefined ? undefined : byName(models, match[1])
  return model && quantization !== null ? { model, quantization } : null
}

/** The name that a model of the list gets for one of its quantizations: its own for the first. */
export function nameInCatalogue(models: CatalogueModel[], hub: string, repo: string, variant: string): string | null {
  const model = models.find(({ sources }) => sources.some((source) => source.hub === hub && source.repo === repo))
  if (!model || hub === 'ollama') return null
  if (model.variants[0]?.id === variant) return model.name
  return `${model.name}${model.name.includes(':') ? '-' : ':'}${variant.toLowerCase()}`
}

function byName(models: CatalogueModel[], name: string): CatalogueModel | undefined {
  return models.find((model) => model.name === name) ?? models.find(({ aliases }) => aliases.includes(name))
}
