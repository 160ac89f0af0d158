import type { GgufFacts, Model } from '../../shared/domain/models.ts'

/** Facts of a small chat model, for tests. */
export function factsFixture(overrides: Partial<GgufFacts> = {}): GgufFacts {
  return {
    title: null,
    architecture: 'llama',
    parameters: 1e9,
    quantization: 'Q4_K_M',
    contextLength: 4096,
    chatTemplate: null,
    kind: 'chat',
    licence: null,
    languages: [],
    shape: null,
    ...overrides,
  }
}

/** A model whose one file was added where it lies, for tests. */
export function modelFixture(overrides: Partial<Omit<Model, 'facts'>> & { facts?: Partial<GgufFacts> } = {}): Model {
  const { facts, ...rest } = overrides
  const name = overrides.name ?? 'model'
  const path = overrides.path ?? `/models/${name}.gguf`
  const sizeBytes = overrides.sizeBytes ?? 4
  return {
    name,
    aliases: [],
    origin: 'local',
    path,
    sizeBytes,
    files: [{ path, sizeBytes, sha256: null, role: 'weights', owned: false }],
    facts: factsFixture(facts),
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
    ...rest,
  }
}
