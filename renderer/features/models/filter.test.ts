import { describe, expect, it } from 'vitest'
import { filterModels, isOpen, NO_FILTER, tagsOf } from './filter.ts'
import { libraryModel } from '../../lib/model.testing.ts'

const models = [
  libraryModel('smollm2:135m', {
    favourite: true,
    tags: ['Small', 'travel'],
    facts: {
      title: 'SmolLM2 135M Instruct',
      parameters: 134_515_008,
      quantization: 'Q4_1',
      licence: 'apache-2.0',
    },
  }),
  libraryModel('all-minilm', {
    aliases: ['all-MiniLM-L6-v2-Q8_0'],
    tags: ['travel'],
    facts: { architecture: 'bert', kind: 'embedding', quantization: 'Q8_0' },
  }),
  libraryModel('qwen3-8b', { facts: { title: 'Qwen3 8B', architecture: 'qwen3' } }),
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

  it('finds a model by its tag', () => {
    expect(found('small')).toEqual(['smollm2:135m'])
    expect(found('travel')).toEqual(['smollm2:135m', 'all-minilm'])
  })

  it('leaves what every part of the filter leaves', () => {
    const left = (filter: Partial<typeof NO_FILTER>, query = '') =>
      filterModels(models, query, { ...NO_FILTER, ...filter }).map((each) => each.name)
    expect(left({ favourites: true })).toEqual(['smollm2:135m'])
    expect(left({ kind: 'embedding' })).toEqual(['all-minilm'])
    expect(left({ tags: ['travel'] })).toEqual(['smollm2:135m', 'all-minilm'])
    expect(left({ tags: ['travel', 'Small'] })).toEqual(['smollm2:135m'])
    expect(left({ tags: ['travel'] }, 'bert')).toEqual(['all-minilm'])
    expect(left({ favourites: true, kind: 'embedding' })).toEqual([])
  })

  it('knows when nothing is filtered', () => {
    expect(isOpen(NO_FILTER)).toBe(true)
    expect(isOpen({ ...NO_FILTER, tags: ['travel'] })).toBe(false)
  })
})

describe('tagsOf', () => {
  it('names every tag once', () => {
    expect(tagsOf(models)).toEqual(['Small', 'travel'])
  })
})
