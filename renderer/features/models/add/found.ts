import type { FoundModel, OtherApp } from '../../../../shared/domain/storage.ts'

export interface FoundGroup {
  app: OtherApp
  models: FoundModel[]
  /** Of all its files. */
  bytes: number
}

const ORDER: readonly OtherApp[] = ['ollama', 'lmstudio', 'jan', 'gpt4all', 'huggingface', 'folder']

/** What was found, by the program that has it; large ones first. A file that two searches found stands once. */
export function groupFound(found: readonly FoundModel[]): FoundGroup[] {
  const once = [...new Map(found.map((model) => [model.path, model])).values()]
  return ORDER.map((app) => {
    const models = once.filter((model) => model.app === app).toSorted((a, b) => b.sizeBytes - a.sizeBytes)
    return { app, models, bytes: models.reduce((sum, model) => sum + model.sizeBytes, 0) }
  }).filter((group) => group.models.length > 0)
}

/** Paths that can still be put into the library. */
export function newPaths(found: readonly FoundModel[]): string[] {
  return [...new Set(found.filter((model) => !model.known).map((model) => model.path))]
}
