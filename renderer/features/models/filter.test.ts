import { describe, expect, it } from 'vitest'
import type { Model } from '../../../shared/domain/models.ts'
import { filterModels } from './filter.ts'

function model(name: string, facts: Partial<Model['facts']> = {}, aliases: string[] = []): Model {
  return {
    name,
    aliases,
    origin: 'local',
    path: `/models/${name}.gguf`,
    sizeBytes: 1,
    defaults: { system: null, sampling: {} },
    addedAt: 0,
    problem: null,
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
      ...facts,
    },
  }
}

const models = [
  model('smollm2:135m', {
    title: 'SmolLM2 135M Instruct',
    parameters: 134_515_008,
    quantization: 'Q4_1',
    licence: 'apache-2.0',
  }),
  model('all-minilm', { architecture: 'bert', kind: 'embedding', quantization: 'Q8_0' }, ['all-MiniLM-L6-v2-Q8_0']),
  model('qwen3-8b', { title: 'Qwen3 8B', architecture: 'qwen3' }),
]
const found = (query: string) => filterModels(models, query).map((each) => each.name)

describe('filterModels', () => {
  it('shows everything for an empty search', () => {
    expect(found('')).toEqual(['smollm2:135m', 'all-minilm', 'qwen3-8b'])
    expect(found('   ')).toHaveLength(3)
  })

  it('finds a model by name, title, file name, architecture, quantization, size or licence', () => {
    expect(found('SMOLLM')).toEqual(['smollm2:135m'])
    expect(found('135m instruct')).toEqual(['smollm2:135m'])
    expect(found('L6-v2')).toEqual(['all-minilm'])
    expect(found('bert')).toEqual(['all-minilm'])
    expect(found('q8_0')).toEqual(['all-minilm'])
    expect(found('apache')).toEqual(['smollm2:135m'])
    expect(found('embedding')).toEqual(['all-minilm'])
  })

  it('takes a separator for another', () => {
    expect(found('qwen3:8b')).toEqual(['qwen3-8b'])
    expect(found('all minilm')).toEqual(['all-minilm'])
  })

  it('wants every word', () => {
    expect(found('qwen3 8b')).toEqual(['qwen3-8b'])
    expect(found('qwen3 bert')).toEqual([])
  })
})
