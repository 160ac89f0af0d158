import { describe, expect, it } from 'vitest'
import { formatContext, formatLanguages, formatLicence, formatParameters } from './model-words.ts'

describe('formatContext', () => {
  it.each([
    [512, '512'],
    [2048, '2K'],
    [8192, '8K'],
    [32_000, '32K'],
    [131_072, '128K'],
    [1_048_576, '1M'],
    [1_010_000, '1M'],
    [1_024_000, '1M'],
    [10_485_760, '10.5M'],
  ])('writes %d tokens as %s', (tokens, words) => {
    expect(formatContext(tokens)).toBe(words)
  })
})

describe('formatLicence', () => {
  it.each([
    ['apache-2.0', 'Apache-2.0'],
    ['mit', 'MIT'],
    ['cc-by-nc-4.0', 'CC-BY-NC-4.0'],
    ['llama3.2', 'Llama3.2'],
  ])('writes %s as %s', (id, words) => {
    expect(formatLicence(id)).toBe(words)
  })
})

describe('formatLanguages', () => {
  it('names languages in the language of the window', () => {
    expect(formatLanguages(['en', 'zh'], 'en')).toBe('English, Chinese')
    expect(formatLanguages(['en'], 'zh-CN')).toBe('英语')
  })

  it('leaves alone what is no language code', () => {
    expect(formatLanguages(['not a language'], 'en')).toBe('not a language')
  })
})

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
