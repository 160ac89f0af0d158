import type { EnginesState, LoadedModel, Quarantine } from '../../../shared/domain/engines.ts'
import type { Model } from '../../../shared/domain/models.ts'
import type { Settings } from '../../../shared/domain/settings.ts'

/** What the engines say of a model, or null when it is not in memory and not on its way there. */
export function loadedModel(engines: EnginesState | null, model: Model): LoadedModel | null {
  return engines?.models.find((each) => means(model, each.model)) ?? null
}

/** Why and since when a model is put aside, or null when it is not. */
export function quarantineOf(engines: EnginesState | null, model: Model): Quarantine | null {
  return engines?.quarantined.find((each) => means(model, each.model)) ?? null
}

/** Whether new chats use this model. */
export function usedForNewChats(settings: Settings | null, model: Model): boolean {
  return settings !== null && means(model, settings.chatModel)
}

/** Whether a name that a person or program wrote means this model. */
export function means(model: Model, name: string): boolean {
  return model.name === name || model.aliases.includes(name)
}
