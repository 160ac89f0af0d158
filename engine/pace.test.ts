import { describe, expect, it } from 'vitest'
import { PrefillPace } from './pace.ts'

/** Reads a prompt on a machine that needs `msPerToken` at a depth; returns how long each chunk took. */
function read(pace: PrefillPace, tokens: number, msPerToken: (depth: number) => number, budgetMs: number): number[] {
  const times: number[] = []
  for (let depth = 0; depth < tokens;) {
    const size = Math.min(pace.chunkSize(depth, budgetMs), tokens - depth)
    const ms = size * msPerToken(depth)
    pace.record(depth, size, ms)
    times.push(ms)
    depth += size
  }
  return times
}

describe('the pace of reading a prompt', () => {
  it('begins with 64 tokens', () => {
    expect(new PrefillPace(512).chunkSize(0, 150)).toBe(64)
  })

  it('fills the budget with whole tiles once the speed is known', () => {
    const [, ...times] = read(new PrefillPace(512), 3000, () => 1, 200)
    for (const ms of times.slice(0, -1)) expect(ms).toBe(192)
  })

  it('shrinks the chunks as depth makes tokens slower', () => {
    const slowing = (depth: number) => 0.5 + depth / 1000
    const times = read(new PrefillPace(512), 8000, slowing, 100)
    for (const ms of times.slice(2)) expect(ms).toBeLessThan(300)
    expect(Math.max(...times.slice(-5))).toBeLessThan(200)
  })

  it('never exceeds the batch, nor falls to nothing', () => {
    const pace = new PrefillPace(512)
    pace.record(0, 64, 0.1)
    expect(pace.chunkSize(0, 150)).toBe(512)
    const slow = new PrefillPace(512)
    slow.record(0, 64, 60_000)
    expect(slow.chunkSize(0, 150)).toBe(16)
  })

  it('comes back from the smallest chunks after a hiccup, and is not slowed by the short end of a prompt', () => {
    const pace = new PrefillPace(512)
    pace.record(0, 64, 2000)
    expect(pace.chunkSize(0, 150)).toBe(16)
    for (let turn = 0; turn < 6; turn++) pace.record(0, pace.chunkSize(0, 150), pace.chunkSize(0, 150))
    expect(pace.chunkSize(0, 150)).toBeGreaterThan(75)
    pace.record(0, 4, 15)
    expect(pace.chunkSize(0, 150)).toBeGreaterThan(75)
  })

  it('keeps the small chunks of deep prompts from teaching what large ones cost', () => {
    const pace = new PrefillPace(512)
    pace.record(3000, 256, 256 * 6)
    pace.record(3000, 20, 20 * 13)
    expect(pace.chunkSize(3000, 2000)).toBe(320)
    expect(pace.chunkSize(3000, 200)).toBe(16)
    expect(pace.chunkSize(3000, 260)).toBe(20)
    expect(pace.chunkSize(3000, 200, 64)).toBe(64)
    expect(pace.expectedMs(3000, 100)).toBe(600)
    expect(pace.expectedMs(3000, 10)).toBe(130)
  })

  it('expects small chunks to be slow where only large ones were measured', () => {
    const pace = new PrefillPace(512)
    pace.record(0, 20, 20 * 5)
    pace.record(3000, 256, 256 * 6)
    expect(pace.chunkSize(3000, 200)).toBe(16)
    pace.record(3000, 16, 16 * 8)
    expect(pace.chunkSize(3000, 200)).toBe(25)
  })

  it('begins the next prompt with what was learned, and forgets a hiccup', () => {
    const pace = new PrefillPace(512)
    read(pace, 3000, () => 1, 150)
    expect(pace.chunkSize(0, 150)).toBe(128)
    pace.record(0, 100, 1000)
    for (let turn = 0; turn < 6; turn++) pace.record(0, 100, 100)
    expect(pace.chunkSize(0, 150)).toBeGreaterThan(120)
  })
})
