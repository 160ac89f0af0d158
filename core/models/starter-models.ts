import { join } from 'node:path'
import { GgufFacts, type Model, ModelDefaults } from '../../shared/domain/models.ts'
import facts from '../../resources/models/starter-models.json' with { type: 'json' }

/**
 * The models that ship with the program, under the names that people know them by. Their headers were read when
 * they were added, so that the first start need not wait for it.
 */
export function starterModels(resources: string): Model[] {
  return facts.map((starter) => ({
    name: starter.name,
    aliases: [starter.file, starter.file.replace(/\.gguf$/, ''), ...starter.aliases],
    origin: 'starter',
    path: join(resources, 'models', starter.file),
    sizeBytes: starter.sizeBytes,
    facts: { ...GgufFacts.parse(starter.facts), title: starter.title },
    defaults: ModelDefaults.parse(starter.defaults),
    addedAt: 0,
    problem: null,
  }))
}
