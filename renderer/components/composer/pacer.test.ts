import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createPacer } from './pacer.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('runs once when the nudges rest', () => {
  const run = vi.fn()
  const pacer = createPacer({ restMs: 400, everyMs: 4000, run })
  for (let key = 0; key < 10; key++) {
    pacer.nudge()
    vi.advanceTimersByTime(100)
  }
  expect(run).not.toHaveBeenCalled()
  vi.advanceTimersByTime(400)
  expect(run).toHaveBeenCalledTimes(1)
})

it('waits its time between two runs', () => {
  const run = vi.fn()
  const pacer = createPacer({ restMs: 400, everyMs: 4000, run })
  pacer.nudge()
  vi.advanceTimersByTime(400)
  pacer.nudge()
  vi.advanceTimersByTime(3999)
  expect(run).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(1)
  expect(run).toHaveBeenCalledTimes(2)
})

it('runs nothing after it was stopped', () => {
  const run = vi.fn()
  const pacer = createPacer({ restMs: 400, everyMs: 4000, run })
  pacer.nudge()
  pacer.stop()
  vi.advanceTimersByTime(10_000)
  expect(run).not.toHaveBeenCalled()
})
