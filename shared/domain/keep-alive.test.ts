import { describe, expect, it } from 'vitest'
import { parseKeepAlive } from './keep-alive.ts'

describe('how long a model stays', () => {
  it.each([
    [300, 300],
    [0, 0],
    [-1, -1],
    ['300', 300],
    ['-1', -1],
    ['5m', 300],
    ['1h30m', 5400],
    ['1.5s', 1.5],
    ['-1m', -1],
    ['99999999h', 315_360_000],
    [' 10s ', 10],
    ['500ms', 0.5],
    ['', null],
    ['-', null],
    ['soon', null],
    ['5 minutes', null],
    ['5m!', null],
    [Number.NaN, null],
    [Number.POSITIVE_INFINITY, null],
  ])('%o is %o seconds', (written, seconds) => {
    expect(parseKeepAlive(written)).toBe(seconds)
  })
})
