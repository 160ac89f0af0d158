import { describe, expect, it } from 'vitest'
import type { Modelfile } from '../../../../shared/domain/models.ts'
import { linesOf, numberOf, offsetOf, stopsOf, withNumber, withStops } from './modelfile-form.ts'

const modelfile: Modelfile = {
  from: 'qwen2.5:3b',
  parameters: [
    { name: 'temperature', value: '0.7' },
    { name: 'stop', value: '<|end|>' },
    { name: 'mirostat', value: '2' },
    { name: 'stop', value: 'User:' },
    { name: 'num_ctx', value: '4096' },
  ],
  template: null,
  system: null,
  adapters: [],
  licences: [],
  messages: [],
  requires: null,
  files: [],
  renderer: null,
  parser: null,
  draft: null,
}
const names = (file: Modelfile) => file.parameters.map(({ name, value }) => `${name} ${value}`)

describe('a number of the form', () => {
  it('is read from the text', () => {
    expect(numberOf(modelfile, 'temperature')).toBe(0.7)
    expect(numberOf(modelfile, 'contextLength')).toBe(4096)
    expect(numberOf(modelfile, 'seed')).toBeUndefined()
  })

  it('is read by its other name, whatever the case; the last one counts', () => {
    const parameters = [
      { name: 'num_ctx', value: '2048' },
      { name: 'CONTEXT_LENGTH', value: '8192' },
    ]
    expect(numberOf({ ...modelfile, parameters }, 'contextLength')).toBe(8192)
    expect(names(withNumber({ ...modelfile, parameters }, 'contextLength', 100))).toEqual(['num_ctx 100'])
  })

  it('is open where the text says no limit', () => {
    expect(numberOf({ ...modelfile, parameters: [{ name: 'num_predict', value: '-1' }] }, 'maxTokens')).toBeUndefined()
  })

  it('is changed where it stands, and what the form does not know stays', () => {
    expect(names(withNumber(modelfile, 'temperature', 0.2))).toEqual([
      'temperature 0.2',
      'stop <|end|>',
      'mirostat 2',
      'stop User:',
      'num_ctx 4096',
    ])
    expect(names(withNumber(modelfile, 'seed', 7)).at(-1)).toBe('seed 7')
    expect(names(withNumber(modelfile, 'temperature', undefined))).not.toContain('temperature 0.7')
  })
})

describe('the stop strings of the form', () => {
  it('are read and written in their order', () => {
    expect(stopsOf(modelfile)).toEqual(['<|end|>', 'User:'])
    expect(stopsOf(withStops(modelfile, ['a', 'b', 'c']))).toEqual(['a', 'b', 'c'])
    expect(names(withStops(modelfile, []))).toEqual(['temperature 0.7', 'mirostat 2', 'num_ctx 4096'])
  })
})

describe('offsetOf', () => {
  const text = 'FROM a\nPARAMETER x\n\nSYSTEM b'
  it('finds line and column', () => {
    expect(text.slice(offsetOf(text, 1, 1)).startsWith('FROM')).toBe(true)
    expect(text.slice(offsetOf(text, 2, 11))).toBe('x\n\nSYSTEM b')
    expect(text.slice(offsetOf(text, 4, 8))).toBe('b')
  })

  it('stays within the line and the text', () => {
    expect(offsetOf(text, 1, 99)).toBe(6)
    expect(offsetOf(text, 99, 1)).toBe(text.length)
  })
})

describe('linesOf', () => {
  it('takes one entry a line', () => {
    expect(linesOf(' ./a.gguf \n\n./b.gguf\n')).toEqual(['./a.gguf', './b.gguf'])
  })
})
