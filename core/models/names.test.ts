import { describe, expect, it } from 'vitest'
import { freeName, nameFromFile, normalizeName } from './names.ts'

describe('model names', () => {
  it.each([
    ['SmolLM2:135m', 'smollm2:135m'],
    [' all-minilm:latest ', 'all-minilm'],
    ['all-minilm:LATEST', 'all-minilm'],
  ])('%j means %j', (name, expected) => expect(normalizeName(name)).toBe(expected))

  it.each([
    ['Qwen2.5-3B-Instruct-Q4_K_M.gguf', 'qwen2.5-3b-instruct-q4_k_m'],
    ['My model (final) .GGUF', 'my-model-final'],
    ['通义千问.gguf', '通义千问'],
    ['../..gguf', 'model'],
    ['.gguf', 'model'],
    [`${'x'.repeat(300)}.gguf`, 'x'.repeat(80)],
  ])('the file %j is named %j', (file, expected) => expect(nameFromFile(file)).toBe(expected))

  it('takes the next number when a name is taken', () => {
    const taken = new Set(['a', 'a-2'])
    expect(freeName('a', (name) => taken.has(name))).toBe('a-3')
    expect(freeName('b', (name) => taken.has(name))).toBe('b')
  })
})
