import { describe, expect, it } from 'vitest'
import { freeName, nameFromFile, nearestName, normalizeName, validName } from './names.ts'

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
    ['CON.gguf', 'model'],
    ['big-00002-of-00005.gguf', 'big'],
    ['a..b.gguf', 'a.b'],
    [`${'x'.repeat(300)}.gguf`, 'x'.repeat(80)],
  ])('the file %j is named %j', (file, expected) => expect(nameFromFile(file)).toBe(expected))

  it('takes the next number when a name is taken', () => {
    const taken = new Set(['a', 'a-2'])
    expect(freeName('a', (name) => taken.has(name))).toBe('a-3')
    expect(freeName('b', (name) => taken.has(name))).toBe('b')
  })

  it.each(['qwen2.5:3b', 'hf.co/unsloth/Qwen3-4B-GGUF:UD-IQ3_XXS', 'modelscope.cn/Qwen/Qwen3:q8_0', '通义千问', ' a '])(
    '%j may be one',
    (name) => expect(validName(name)).toBe(name.trim()),
  )

  it.each([
    '',
    ' ',
    '.',
    '..',
    '../a',
    'a/../b',
    '..\\a',
    'a\\b',
    '/etc/passwd',
    'a//b',
    'a/',
    'C:foo',
    '\\\\server\\share',
    'a\0b',
    'a\nb',
    'a\u202Eb',
    'a\u200Bb',
    'CON',
    'nul.gguf',
    'a/LPT1',
    '%2e%2e',
    '__proto__',
    'a..b',
    '.removed',
    'a b',
    'x'.repeat(201),
  ])('%j may not, and gives one that may', (name) => {
    expect(() => validName(name)).toThrow(expect.objectContaining({ code: 'name_invalid' }))
    expect(validName(nearestName(name))).toBe(nearestName(name))
  })

  it('are judged at once, however long they are', () => {
    for (const piece of ['.', '/', 'a/', '-', '..a', ':latest']) {
      expect(() => validName(piece.repeat(1_000_000))).toThrow()
      expect(nameFromFile(piece.repeat(100_000)).length).toBeLessThanOrEqual(80)
    }
  })
})
