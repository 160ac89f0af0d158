import { describe, expect, it } from 'vitest'
import { formatParameters } from './parameters.ts'

describe('formatParameters', () => {
  it.each([
    [134_515_008, '135M'],
    [22_565_376, '23M'],
    [8_190_735_360, '8.2B'],
    [27_000_000_000, '27B'],
    [999_900_000, '1B'],
    [405_853_388_800, '406B'],
    [1_026_000_000_000, '1T'],
    [51_200, '51K'],
    [42, '42'],
  ])('writes %d as %s', (parameters, words) => {
    expect(formatParameters(parameters)).toBe(words)
  })

  it('says nothing when the header said nothing', () => {
    expect(formatParameters(0)).toBe('')
    expect(formatParameters(Number.NaN)).toBe('')
  })
})
