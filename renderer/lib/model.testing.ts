import type { Model } from '../../shared/domain/models.ts'

/** A model of the library with what matters to a test. */
export function libraryModel(
  name: string,
  { facts, ...changes }: Partial<Omit<Model, 'facts'>> & { facts?: Partial<Model['facts']> } = {},
): Model {
  return {
    name,
    aliases: [],
    origin: 'local',
    path: `/models/${name}.gguf`,
    sizeBytes: 1,
    files: [],
    defaults: { system: null, sampling: {}, load: {}, template: null, goTemplate: null, stop: [], maxTokens: null },
    source: null,
    made: null,
    licenceText: null,
    tags: [],
    favourite: false,
    addedAt: 0,
    lastUsedAt: null,
    measured: null,
    check: null,
    conformance: null,
    tuning: null,
    problem: null,
    ...changes,
    facts: {
      title: null,
      architecture: 'llama',
      parameters: 0,
      quantization: 'Q4_K_M',
      contextLength: null,
      chatTemplate: null,
      kind: 'chat',
      licence: null,
      languages: [],
      shape: null,
      ...facts,
    },
  }
}
