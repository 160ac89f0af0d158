import { expect, it } from 'vitest'
import { thoughtFor } from './thoughts.ts'

const timings = { queueMs: 0, loadMs: 0, ttftMs: 1, prefillTps: null, decodeTps: 50 }
const usage = { prompt: 1, cached: 0, completion: 300, reasoning: 200 }

it('thoughts that were watched take as long as was measured', () => {
  expect(thoughtFor({ usage, timings }, { start: 1000, end: 3500 })).toEqual({ ms: 2500, about: false })
})

it('older thoughts are reckoned from what was measured of the answer, and marked as that', () => {
  expect(thoughtFor({ usage, timings }, undefined)).toEqual({ ms: 4000, about: true })
})

it('without figures nothing is claimed', () => {
  expect(thoughtFor({ usage: null, timings: null }, undefined)).toBeNull()
  expect(thoughtFor({ usage: { ...usage, reasoning: 0 }, timings }, undefined)).toBeNull()
  expect(thoughtFor({ usage, timings: { ...timings, decodeTps: null } }, { start: 1, end: null })).toBeNull()
})
