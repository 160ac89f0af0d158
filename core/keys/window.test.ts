import { describe, expect, it } from 'vitest'
import { createWindow } from './window.ts'

describe('what was used in a span of time', () => {
  it('never lets more than the limit into any span, and says when it goes on', () => {
    const window = createWindow(60_000, 1000)
    const taken: number[] = []
    for (let now = 0; now < 200_000; now += 250) {
      if (window.waitMs(5, now) > 0) continue
      window.add(1, now)
      taken.push(now)
    }
    expect(taken.length).toBeGreaterThan(15)
    for (const at of taken) expect(taken.filter((other) => other >= at && other < at + 60_000).length).toBeLessThan(6)
  })

  it('waits no longer than it must', () => {
    const window = createWindow(60_000, 1000)
    expect(window.waitMs(1, 0)).toBe(0)
    window.add(3, 500)
    window.add(3, 30_000)
    expect(window.waitMs(7, 31_000)).toBe(0)
    // The first three are out one step and one span after their step began.
    expect(window.waitMs(6, 31_000)).toBe(30_000)
    expect(window.waitMs(6, 61_000)).toBe(0)
    expect(window.waitMs(3, 61_000)).toBe(30_000)
    expect(window.waitMs(1, 1_000_000)).toBe(0)
  })

  it('tells the step, so that it can be kept', () => {
    const window = createWindow(60_000, 1000)
    expect(window.add(2, 4321)).toBe(4000)
  })
})
