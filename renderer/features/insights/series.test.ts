import { describe, expect, it } from 'vitest'
import { sample } from './insights.testing.ts'
import { buildSeries, newest, niceTop, stretches, summarise } from './series.ts'

describe('a line', () => {
  it('holds the samples of its span, in seconds', () => {
    const samples = [1000, 2000, 3000].map((at) => sample(at, { decodeTps: at / 100 }))
    expect(buildSeries(samples, 'decodeTps', 2000)).toEqual({ xs: [2, 3], ys: [20, 30] })
  })

  it('is broken where nothing was measured, as after a sleep', () => {
    const samples = [sample(1000, { active: 1 }), sample(61_000, { active: 2 })]
    expect(buildSeries(samples, 'active', 0)).toEqual({ xs: [1, 31, 61], ys: [1, null, 2] })
  })

  it('goes on over a sample that comes a little late', () => {
    expect(buildSeries([sample(1000), sample(4000)], 'active', 0).ys).toEqual([0, 0])
  })
})

describe('the summary of a line', () => {
  it('has its last, highest and middle value', () => {
    expect(summarise([1, 5, 3, 2], false)).toEqual({ now: 2, highest: 5, median: 2.5 })
  })

  it('takes no idle second for a slow one', () => {
    expect(summarise([0, 0, 0, 40, 50, 0], true)).toEqual({ now: 0, highest: 50, median: 45 })
  })

  it('claims nothing where nothing was measured', () => {
    expect(summarise([null, null], true)).toEqual({ now: null, highest: null, median: null })
    expect(summarise([], false)).toEqual({ now: null, highest: null, median: null })
  })
})

it('the newest value is the last that there was', () => {
  expect(newest([3, null, 4, null])).toBe(4)
  expect(newest([null])).toBeNull()
})

describe('the top of an axis', () => {
  it.each([
    [[3, 41], 10, 50],
    [[51], 10, 100],
    [[101], 10, 200],
    [[0], 10, 10],
    [[null], 4, 4],
    [[0.24], 0.1, 0.4],
    [[812], 100, 1000],
  ])('of %j with at least %d is %d', (ys, least, top) => {
    expect(niceTop(ys, least)).toBeCloseTo(top)
  })
})

describe('the table of the lines', () => {
  it('has the highest value of each stretch, newest first', () => {
    const samples = [
      sample(0, { decodeTps: 10 }),
      sample(5000, { decodeTps: 30, ttftMs: 200 }),
      sample(10_001, { decodeTps: 20 }),
    ]
    expect(stretches(samples, 0, 10_000).map(({ at, values }) => [at, values.decodeTps, values.ttftMs])).toEqual([
      [20_000, 20, null],
      [10_000, 30, 200],
    ])
  })

  it('leaves out what lies before', () => {
    expect(stretches([sample(0), sample(20_000)], 10_000, 10_000)).toHaveLength(1)
  })
})
