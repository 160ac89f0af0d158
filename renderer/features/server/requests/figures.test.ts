import { describe, expect, it } from 'vitest'
import { fixed, seconds } from './figures.ts'

describe('figures of the request table', () => {
  it('keep their decimals, so that columns align', () => {
    expect(fixed(42, 1, 'en')).toBe('42.0')
    expect(fixed(1234.56, 1, 'en')).toBe('1,234.6')
    expect(seconds(180, 'en')).toBe('0.18 s')
    expect(seconds(3.2, 'en')).toBe('3 ms')
    expect(seconds(12_000, 'zh-CN')).toBe('12.00 s')
    expect(seconds(125_400, 'en')).toBe('125 s')
  })
})
