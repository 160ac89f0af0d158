import type { Model } from '../../../../shared/domain/models.ts'
import type { ModelAlias } from '../../../../shared/domain/server.ts'

/** Names that programs ask for when nobody told them otherwise. */
export const USUAL_NAMES = ['gpt-4o-mini', 'gpt-4o', 'gpt-3.5-turbo', 'claude-sonnet-4-5', 'claude-haiku-4-5'] as const

/**
 * What is wrong with the alias at a place: `double` an earlier one has that name · `model` a model has it, which comes
 * first · `gone` its model is not here. Null: nothing.
 */
export function aliasProblem(
  aliases: readonly ModelAlias[],
  place: number,
  models: readonly Model[],
): 'double' | 'model' | 'gone' | null {
  const alias = aliases[place]
  if (alias === undefined) return null
  if (aliases.slice(0, place).some(({ name }) => isSameName(name, alias.name))) return 'double'
  if (modelCalled(models, alias.name) !== null) return 'model'
  return modelCalled(models, alias.model) === null ? 'gone' : null
}

/** Capitals make no difference, and `:latest` is what a name without a tag means. */
export function isSameName(a: string, b: string): boolean {
  return plain(a) === plain(b)
}

/** The model that a name means by itself. */
export function modelCalled(models: readonly Model[], name: string): Model | null {
  return models.find((model) => [model.name, ...model.aliases].some((own) => isSameName(own, name))) ?? null
}

function plain(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/:latest$/, '')
}
