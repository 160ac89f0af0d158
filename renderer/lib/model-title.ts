import type { Model } from '../../shared/domain/models.ts'

const STARTERS: Record<string, string> = { 'smollm2:135m': 'SmolLM2 135M', 'all-minilm': 'all-MiniLM L6 v2' }

/** What to call a model where a person reads it; programs use its name. */
export function modelTitle(model: Pick<Model, 'name' | 'origin'>): string {
  return model.origin === 'starter' ? (STARTERS[model.name] ?? model.name) : model.name
}

/** The chat model that a name or alias means, if it is here and its file is in order. */
export function findChatModel(models: readonly Model[], name: string | null | undefined): Model | null {
  if (name === null || name === undefined) return null
  const found = models.find((model) => model.name === name || model.aliases.includes(name))
  return found !== undefined && found.facts.kind === 'chat' ? found : null
}

/** The first of the wanted models that is here, else any chat model, preferring those whose file is in order. */
export function chooseChatModel(
  models: readonly Model[],
  wanted: readonly (string | null | undefined)[],
): Model | null {
  for (const name of wanted) {
    const model = findChatModel(models, name)
    if (model !== null) return model
  }
  const chat = models.filter((model) => model.facts.kind === 'chat')
  return chat.find((model) => model.problem === null) ?? chat[0] ?? null
}
