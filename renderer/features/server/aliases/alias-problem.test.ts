import { describe, expect, it } from 'vitest'
import { libraryModel } from '../../../lib/model.testing.ts'
import { aliasProblem } from './alias-problem.ts'

const models = [libraryModel('smollm2:135m', { aliases: ['SmolLM2-135M.gguf'] }), libraryModel('qwen3:latest')]
const problem = (...aliases: [name: string, model: string][]) =>
  aliasProblem(
    aliases.map(([name, model]) => ({ name, model })),
    aliases.length - 1,
    models,
  )

describe('what is wrong with an alias', () => {
  it('is nothing for a new name of a model that is here', () => {
    expect(problem(['gpt-4o', 'smollm2:135m'])).toBe(null)
    expect(problem(['gpt-4o', 'qwen3'])).toBe(null)
    expect(aliasProblem([], 0, models)).toBe(null)
  })

  it('is that an earlier one has the name, whatever its capitals', () => {
    expect(problem(['gpt-4o', 'smollm2:135m'], ['GPT-4o ', 'qwen3:latest'])).toBe('double')
    expect(problem(['gpt-4o:latest', 'smollm2:135m'], ['gpt-4o', 'qwen3:latest'])).toBe('double')
  })

  it('is that a model has the name', () => {
    expect(problem(['smollm2:135m', 'qwen3:latest'])).toBe('model')
    expect(problem(['smollm2-135m.gguf', 'qwen3:latest'])).toBe('model')
    expect(problem(['Qwen3', 'smollm2:135m'])).toBe('model')
  })

  it('is that its model is gone', () => {
    expect(problem(['gpt-4o', 'llama3'])).toBe('gone')
  })
})
