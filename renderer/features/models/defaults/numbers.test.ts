import { describe, expect, it } from 'vitest'
import { parseNumber, RULES } from './numbers.ts'

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
