import { describe, expect, it } from 'vitest'
import { createFormat } from './format.ts'

const en = createFormat('en')
const zh = createFormat('zh-CN')

describe('formats', () => {
  it.each([
    [0, '0 MB'],
    [25_282_496, '25 MB'],
    [98_362_432, '98 MB'],
    [5_030_000_000, '5 GB'],
    [16_200_000_000, '16.2 GB'],
    [812_000_000_000, '812 GB'],
  ])('%d bytes as %s', (bytes, text) => {
    expect(en.bytes(bytes)).toBe(text)
  })

  it.each([
    [42, '0.04 s'],
    [198, '0.2 s'],
    [1840, '1.8 s'],
    [42_300, '42 s'],
  ])('%d ms as %s', (ms, text) => {
    expect(en.duration(ms)).toBe(text)
  })

  it('durations of a minute and more in words', () => {
    expect(en.duration(125_000)).toBe('2 minutes 5 seconds')
    expect(en.duration(3_660_000)).toBe('1 hour 1 minute')
    expect(zh.duration(125_000)).toBe('2分钟5秒钟')
  })

  it('never says 60 seconds', () => {
    expect(en.duration(59_600)).not.toContain('60')
  })

  it('speeds with one decimal only where it matters', () => {
    expect(en.tokensPerSecond(41.84)).toBe('41.8')
    expect(en.tokensPerSecond(212.3)).toBe('212')
  })

  it('numbers with the separators of the language', () => {
    expect(createFormat('de').number(1234.5, 1)).toBe('1.234,5')
    expect(zh.number(1284)).toBe('1,284')
  })
})
