import { join } from 'node:path'
import { GgufFacts, type Model, ModelDefaults } from '../../shared/domain/models.ts'
import facts from '../../resources/models/starter-models.json' with { type: 'json' }

/**
 * The models that ship with the program, under the names that people know them by. Their headers were read when
 * they were added, so that the first start need not wait for it.
 */
export function starterModels(resources: string): Model[] {
  return facts.map((starter) => {
    const path = join(resources, 'models', starter.file)
    const { sizeBytes } = starter
    return {
      name: starter.name,
      aliases: [starter.file, starter.file.replace(/\.gguf$/, ''), ...starter.aliases],
      origin: 'starter',
      path,
      sizeBytes,
      files: [{ path, sizeBytes, sha256: starter.sha256, role: 'weights', owned: false }],
      facts: { ...GgufFacts.parse(starter.facts), title: starter.title },
      defaults: ModelDefaults.parse(starter.defaults),
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
    }
  })
}
