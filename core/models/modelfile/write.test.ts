import { describe, expect, it } from 'vitest'
import type { Modelfile } from '../../../shared/domain/models.ts'
import { parseModelfile } from './parse.ts'
import { writeModelfile } from './write.ts'

const empty: Modelfile = {
  from: 'a',
  parameters: [],
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

/** Numbers that are the same at each run. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state / 2 ** 31
  }
}

describe('writing a Modelfile', () => {
  it('gives text that people would have written', () => {
    const text = writeModelfile({
      ...empty,
      from: 'qwen2.5:3b',
      parameters: [
        { name: 'temperature', value: '0.3' },
        { name: 'stop', value: '<|end|>' },
      ],
      system: 'Be brief.\nBe kind.',
      messages: [{ role: 'user', content: 'Is 2 even?' }],
    })
    expect(text).toBe(`FROM qwen2.5:3b
PARAMETER temperature 0.3
PARAMETER stop "<|end|>"
SYSTEM """Be brief.
Be kind."""
MESSAGE user Is 2 even?
`)
  })

  it('gives what reads as the same again, whatever stands in it', () => {
    const random = randomNumbers(7)
    const pieces = ['"', '""', '"""', '\n', ' ', '\t', '#', 'a', '你', 'SYSTEM ', '\\', "'", '{{ .Prompt }}', '😀']
    const words = () =>
      Array.from({ length: Math.floor(random() * 9) }, () => pieces[Math.floor(random() * pieces.length)]).join('')
    let written = 0
    for (let round = 0; round < 3000; round++) {
      const modelfile: Modelfile = {
        ...empty,
        parameters: [{ name: 'stop', value: words() }],
        template: words(),
        system: words(),
        licences: [words(), words()],
        messages: [{ role: 'assistant', content: words() }],
        files: ['./a b.txt', '"quoted".txt'],
        adapters: ['./lora.gguf'],
        requires: '1.2.3',
        renderer: 'qwen3',
        parser: 'qwen3',
        draft: './small.gguf',
      }
      let text
      try {
        text = writeModelfile(modelfile)
      } catch (error) {
        expect(error).toMatchObject({ code: 'modelfile_invalid' })
        continue
      }
      written++
      const back = parseModelfile(text)
      expect(back.problems, text).toEqual([])
      expect(back.modelfile, text).toEqual(modelfile)
      expect(writeModelfile(modelfile)).toBe(text)
    }
    expect(written).toBeGreaterThan(2000)
  })

  it('says of a text that no Modelfile can hold which one it is', () => {
    expect(() => writeModelfile({ ...empty, system: 'one"""\ntwo' })).toThrow(
      expect.objectContaining({ code: 'modelfile_invalid', message: expect.stringContaining('SYSTEM') }),
    )
  })
})
