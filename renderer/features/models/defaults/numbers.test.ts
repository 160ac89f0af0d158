import { describe, expect, it } from 'vitest'
import { isWholePath, parseNumber, parseShares, RULES } from './numbers.ts'

describe('parseNumber', () => {
  it('takes an empty field as not set', () => {
    expect(parseNumber('', RULES.temperature)).toEqual({ value: undefined })
    expect(parseNumber('  ', RULES.seed)).toEqual({ value: undefined })
  })

  it.each([
    ['0.7', 0.7],
    ['.5', 0.5],
    ['1.', 1],
    ['0', 0],
    [' 5 ', 5],
  ])('reads %j', (text, value) => {
    expect(parseNumber(text, RULES.temperature)).toEqual({ value })
  })

  it('reads thousands as people write them', () => {
    expect(parseNumber('8,192', RULES.contextLength)).toEqual({ value: 8192 })
    expect(parseNumber('131 072', RULES.contextLength)).toEqual({ value: 131_072 })
    expect(parseNumber('1,000,000', RULES.contextLength)).toEqual({ value: 1_000_000 })
  })

  it('says why something is no such number', () => {
    expect(parseNumber('warm', RULES.temperature)).toEqual({ problem: 'number' })
    expect(parseNumber('1e3', RULES.topK)).toEqual({ problem: 'number' })
    expect(parseNumber('0,7', RULES.temperature)).toEqual({ problem: 'number' })
    expect(parseNumber('40.5', RULES.topK)).toEqual({ problem: 'integer' })
    expect(parseNumber('5.1', RULES.temperature)).toEqual({ problem: 'range' })
    expect(parseNumber('-1', RULES.seed)).toEqual({ problem: 'range' })
    expect(parseNumber('0', RULES.topP)).toEqual({ problem: 'above' })
    expect(parseNumber('15', RULES.contextLength)).toEqual({ problem: 'range' })
  })
})

describe('parseShares', () => {
  it('takes an empty field as not set', () => {
    expect(parseShares('  ')).toEqual({ value: undefined })
  })

  it.each([
    ['3,1', [3, 1]],
    ['0.5 0.5', [0.5, 0.5]],
    ['2/1/1', [2, 1, 1]],
    ['1, 0', [1, 0]],
  ])('reads %j', (text, value) => {
    expect(parseShares(text)).toEqual({ value })
  })

  it.each(['half', '-1, 2', '0, 0', '1e3', ',', Array.from({ length: 65 }, () => '1').join(',')])(
    'refuses %j',
    (text) => {
      expect(parseShares(text)).toEqual({ problem: 'shares' })
    },
  )
})

it('a whole path begins at the root of a drive or of the system', () => {
  expect(['/a.gguf', 'C:\\a.gguf', 'd:/a.gguf', '\\\\server\\a.gguf'].every(isWholePath)).toBe(true)
  expect(['a.gguf', './a.gguf', '~/a.gguf', 'C:a.gguf', '/', ''].some(isWholePath)).toBe(false)
})
