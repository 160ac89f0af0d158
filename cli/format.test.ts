import { describe, expect, it } from 'vitest'
import { formatBytes, formatMs, formatParameters, formatTable } from './format.ts'

describe('figures', () => {
  it.each([
    [900, '1 kB'],
    [98_400_000, '98 MB'],
    [4_680_000_000, '4.7 GB'],
  ])('%i bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))

  it.each([
    [134_515_008, '135M'],
    [999_885_952, '1.0B'],
    [3_210_000_000, '3.2B'],
  ])('%i parameters are %s', (count, text) => expect(formatParameters(count)).toBe(text))

  it.each([
    [211.7, '212 ms'],
    [3449, '3.4 s'],
  ])('%d milliseconds are %s', (ms, text) => expect(formatMs(ms)).toBe(text))
})

describe('a table', () => {
  it('is aligned for people and separated by tabs for programs', () => {
    const rows = [
      ['a', '1'],
      ['long name', '2'],
    ]
    expect(formatTable(['NAME', 'N'], rows, true)).toBe('NAME        N\na           1\nlong name   2\n')
    expect(formatTable(['NAME', 'N'], rows, false)).toBe('NAME\tN\na\t1\nlong name\t2\n')
  })
})
