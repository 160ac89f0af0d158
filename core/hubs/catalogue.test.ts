import { describe, expect, it } from 'vitest'
import { findInCatalogue, nameInCatalogue, readCatalogue } from './catalogue.ts'
import { isRepo, isRegistryRepo } from './names.ts'
import { parseLabel } from './quantization-label.ts'

const models = readCatalogue()

describe('the curated list', () => {
  it('gives each name and alias to one model', () => {
    const names = models.flatMap(({ name, aliases }) => [name, ...aliases])
    expect(new Set(names).size).toBe(names.length)
    expect(names.every((name) => name === name.toLowerCase())).toBe(true)
  })

  it('has something for each purpose, and sources and sizes that make sense', () => {
    const scenarios = new Set(models.flatMap((model) => model.scenarios))
    expect(scenarios.size).toBe(6)
    for (const { sources, variants, shape } of models) {
      expect(sources.every(({ hub, repo }) => (hub === 'ollama' ? isRegistryRepo(repo) : isRepo(repo)))).toBe(true)
      expect(variants.map(({ sizeBytes }) => sizeBytes)).toEqual(
        variants.map(({ sizeBytes }) => sizeBytes).toSorted((a, b) => a - b),
      )
      expect(variants.every(({ id }) => parseLabel(id) === id)).toBe(true)
      expect(shape).not.toBeNull()
    }
  })

  it.each([
    ['phi4:mini', 'phi4-mini', null],
    ['phi4:mini-q8_0', 'phi4-mini', 'Q8_0'],
    ['phi4:mini-q4_k_m', 'phi4-mini', 'Q4_K_M'],
    ['phi4:mini-f16', 'phi4-mini', 'F16'],
    ['llama3.2:7b-q4_0', 'llama3.2:3b', 'Q4_0'],
    ['qwen2.5:3b', 'qwen2.5:3b', null],
    ['qwen2.5:3b-instruct-q4_K_M', 'qwen2.5:3b', 'Q4_K_M'],
    ['microsoft/phi-4-mini', 'phi4-mini', null],
    ['deepseek-r1:7b', 'deepseek-r1:7b', null],
    ['nomic-embed-text:latest', 'nomic-embed-text', null],
    ['codellama', 'codellama:7b', null],
  ])('knows %s', (name, model, quantization) => {
    const found = findInCatalogue(models, name)
    expect([found?.model.name, found?.quantization]).toEqual([model, quantization])
  })

  it('does not know what it does not have', () => {
    expect(findInCatalogue(models, 'gpt-5')).toBeNull()
    expect(findInCatalogue(models, 'constructor')).toBeNull()
  })

  it('names what is fetched from its sources as people do', () => {
    expect(nameInCatalogue(models, 'huggingface', 'unsloth/Qwen3-0.6B-GGUF', 'Q4_K_M')).toBe('qwen3:0.6b')
    expect(nameInCatalogue(models, 'huggingface', 'unsloth/Qwen3-0.6B-GGUF', 'Q8_0')).toBe('qwen3:0.6b-q8_0')
    expect(nameInCatalogue(models, 'huggingface', 'o/other', 'Q8_0')).toBeNull()
  })
})
