import { describe, expect, it } from 'vitest'
import { bitsPerWeight, parseLabel } from './quantization-label.ts'
import { defaultVariant, findVariant, groupFiles } from './variants.ts'

const file = (path: string, sizeBytes: number | null = 100) => ({ path, sizeBytes, sha256: null })
const group = (...paths: string[]) => groupFiles(paths.map((path) => file(path)))

describe('a label in a name', () => {
  it.each([
    ['Llama-3.2-3B-Instruct-Q4_K_M.gguf', 'Q4_K_M'],
    ['qwen2.5-3b-instruct-q4_k_m.gguf', 'Q4_K_M'],
    ['model-UD-Q4_K_XL.gguf', 'UD-Q4_K_XL'],
    ['model.ud-iq3_xxs.gguf', 'UD-IQ3_XXS'],
    ['bge-m3-FP16.gguf', 'F16'],
    ['model-fp32.gguf', 'F32'],
    ['phi-4-Q4_K.gguf', 'Q4_K'],
    ['phi-4-Q5_K.gguf', 'Q5_K'],
    ['phi-4-Q3_K.gguf', 'Q3_K'],
    ['model-Q4_K_L.gguf', 'Q4_K_L'],
    ['model-Q6_K_L.gguf', 'Q6_K_L'],
    ['model-Q4_0_4_4.gguf', 'Q4_0_4_4'],
    ['model-Q4_0_8_8.gguf', 'Q4_0_8_8'],
    ['model-Q4_0.gguf', 'Q4_0'],
    ['gpt-oss-20b-MXFP4.gguf', 'MXFP4'],
    ['gpt-oss-MXFP4_MOE.gguf', 'MXFP4_MOE'],
    ['Phi-4-mini-instruct.BF16.gguf', 'BF16'],
    ['model-IQ4_XS.gguf', 'IQ4_XS'],
    ['model-TQ1_0.gguf', 'TQ1_0'],
    ['Q8_0-trained-then-Q4_K_S.gguf', 'Q4_K_S'],
    ['model.gguf', null],
    ['XQ4_0Z.gguf', null],
  ])('%s', (name, label) => expect(parseLabel(name)).toBe(label))

  it('says about how many bits a weight takes', () => {
    expect(bitsPerWeight('Q8_0')).toBe(8.5)
    expect(bitsPerWeight('UD-Q4_K_XL')).toBe(4.95)
    expect(bitsPerWeight('constructor')).toBeNull()
  })
})

describe('the files of a repository', () => {
  it('are grouped by quantization, shards in order and summed', () => {
    const { variants } = groupFiles([
      file('m-Q8_0-00002-of-00002.gguf', 30),
      file('m-Q4_K_M.gguf', 20),
      file('m-Q8_0-00001-of-00002.gguf', 50),
    ])
    expect(variants.map(({ id, sizeBytes, incomplete }) => [id, sizeBytes, incomplete])).toEqual([
      ['Q8_0', 80, false],
      ['Q4_K_M', 20, false],
    ])
    expect(variants[0]?.files.map(({ path }) => path)).toEqual([
      'm-Q8_0-00001-of-00002.gguf',
      'm-Q8_0-00002-of-00002.gguf',
    ])
  })

  it('tell when a shard is missing', () => {
    const { variants } = group('m-F16-00001-of-00003.gguf', 'm-F16-00003-of-00003.gguf')
    expect(variants[0]).toMatchObject({ id: 'F16', incomplete: true })
    expect(defaultVariant(variants)).toBeNull()
  })

  it('are labelled by their folder when their name says nothing', () => {
    const { variants } = group('BF16/model-00001-of-00001.gguf', 'UD-Q2_K_XL/model.gguf')
    expect(variants.map(({ id }) => id).toSorted()).toEqual(['BF16', 'UD-Q2_K_XL'])
  })

  it('keep projectors, adapters, matrices and raw parts apart', () => {
    const found = group(
      'm-Q4_K_M.gguf',
      'mmproj-F16.gguf',
      'm-mmproj-bf16.gguf',
      'lora-f16.gguf',
      'adapters/x.gguf',
      'imatrix.dat',
      'm.imatrix',
      'm-imatrix.gguf',
      'm-Q8_0.gguf.part1of9',
      'm-Q8_0.gguf-part-a',
      'README.md',
      'config.json',
    )
    expect(found.variants.map(({ id }) => id)).toEqual(['Q4_K_M'])
    expect(found.projectors).toHaveLength(2)
    expect(found.adapters).toHaveLength(2)
    expect(found.others.map(({ path }) => path)).toEqual([
      'imatrix.dat',
      'm.imatrix',
      'm-imatrix.gguf',
      'm-Q8_0.gguf.part1of9',
      'm-Q8_0.gguf-part-a',
    ])
  })

  it('get ids of their own where two have the same label', () => {
    const { variants } = group('small-Q4_0.gguf', 'large-Q4_0.gguf', 'a/x.gguf', 'b/x.gguf')
    expect(variants.map(({ id }) => id).toSorted()).toEqual(['b/x.gguf', 'large-Q4_0', 'small-Q4_0', 'x'])
  })

  it('are left out when their path leads away', () => {
    expect(group('../m-Q4_0.gguf', 'C:m.gguf', 'a/..%2fb.gguf').variants).toEqual([])
  })

  it('survive a million claimed shards', () => {
    expect(group('m-00001-of-99999.gguf').variants[0]?.incomplete).toBe(true)
  })
})

describe('a quantization that is asked for', () => {
  const { variants } = group('m-Q4_K.gguf', 'm-Q8_0.gguf', 'm-BF16.gguf', 'm-IQ3_M.gguf')

  it.each([
    ['q8_0', 'Q8_0'],
    ['m-Q8_0.gguf', 'Q8_0'],
    ['Q4_K_M', 'Q4_K'],
    ['fp16', 'BF16'],
    ['IQ3_M', 'IQ3_M'],
  ])('%s', (wanted, id) => expect(findVariant(variants, wanted)?.id).toBe(id))

  it.each(['Q5_K_M', 'other-Q8_0', 'nothing'])('%s is not there', (wanted) =>
    expect(findVariant(variants, wanted)).toBeNull(),
  )

  it('is the usual one when none is named', () => {
    expect(defaultVariant(variants)?.id).toBe('Q4_K')
    expect(defaultVariant(group('m-Q8_0.gguf', 'm-Q3_K_M.gguf').variants)?.id).toBe('Q3_K_M')
    expect(defaultVariant(group('m.gguf').variants)?.id).toBe('m')
  })
})
