import { describe, expect, it } from 'vitest'
import { bitsPerWeight, quantizationWords } from './quantization-words.ts'

describe('quantizationWords', () => {
  it.each([
    ['F16', 'unquantized'],
    ['BF16', 'unquantized'],
    ['F32', 'unquantized'],
    ['Q8_0', 'nearlyOriginal'],
    ['Q6_K', 'close'],
    ['Q5_K_M', 'slightLoss'],
    ['Q4_K_M', 'balance'],
    ['Q4_1', 'balance'],
    ['MOSTLY_Q4_0', 'balance'],
    ['iq4_xs', 'balance'],
    ['MXFP4_MOE', 'balance'],
    ['Q3_K_S', 'noticeableLoss'],
    ['IQ3_XXS', 'noticeableLoss'],
    ['Q2_K', 'rough'],
    ['IQ1_S', 'rough'],
    ['TQ2_0', 'rough'],
    ['', 'unknown'],
    ['GUESSED', 'unknown'],
  ])('judges %s as %s', (label, words) => {
    expect(quantizationWords(label)).toBe(words)
  })
})

describe('bitsPerWeight', () => {
  it('comes from the file, so that the starter model shows what it really takes', () => {
    expect(bitsPerWeight(98_362_432, 134_515_008)).toBeCloseTo(5.85, 2)
  })

  it('is unknown without parameters', () => {
    expect(bitsPerWeight(98_362_432, 0)).toBeNull()
  })
})
