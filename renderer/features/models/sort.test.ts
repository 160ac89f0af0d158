import { describe, expect, it } from 'vitest'
import { libraryModel } from '../../lib/model.testing.ts'
import { type SortKey, sortModels } from './sort.ts'

const speed = (decodeTps: number) => ({ decodeTps, prefillTps: null, contextTokens: 100, measuredAt: 0 })
const models = [
  libraryModel('qwen-13b', { sizeBytes: 13, addedAt: 1, lastUsedAt: 50, measured: speed(8) }),
  libraryModel('Qwen-7b', { sizeBytes: 7, addedAt: 2 }),
  libraryModel('all-minilm', { sizeBytes: 1, addedAt: 3, lastUsedAt: 90 }),
  libraryModel('x', { sizeBytes: 7, addedAt: 4, measured: speed(40), facts: { title: 'Llama 3.2 3B' } }),
]
const order = (key: SortKey, descending = false) => sortModels(models, key, descending).map((model) => model.name)

describe('sortModels', () => {
  it('sorts by the name that is shown, numbers as numbers', () => {
    expect(order('name')).toEqual(['all-minilm', 'x', 'Qwen-7b', 'qwen-13b'])
    expect(order('name', true)).toEqual(['qwen-13b', 'Qwen-7b', 'x', 'all-minilm'])
  })

  it('sorts by size, equal ones by name', () => {
    expect(order('size')).toEqual(['all-minilm', 'x', 'Qwen-7b', 'qwen-13b'])
    expect(order('size', true)).toEqual(['qwen-13b', 'x', 'Qwen-7b', 'all-minilm'])
  })

  it('sorts by when they were added', () => {
    expect(order('added', true)).toEqual(['x', 'all-minilm', 'Qwen-7b', 'qwen-13b'])
  })

  it('leaves what was never used or measured to the end, both ways', () => {
    expect(order('lastUsed')).toEqual(['qwen-13b', 'all-minilm', 'x', 'Qwen-7b'])
    expect(order('lastUsed', true)).toEqual(['all-minilm', 'qwen-13b', 'x', 'Qwen-7b'])
    expect(order('speed', true)).toEqual(['x', 'qwen-13b', 'all-minilm', 'Qwen-7b'])
  })

  it('names a made model by its own name, not by that of its weights', () => {
    const made = { modelfile: '', from: 'x', messages: [], notObeyed: [] }
    const pirate = libraryModel('a-pirate', { facts: { title: 'Zephyr' }, made })
    expect(sortModels([libraryModel('b'), pirate], 'name', false)[0]?.name).toBe('a-pirate')
  })
})
