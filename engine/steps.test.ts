import { describe, expect, it } from 'vitest'
import type { InFlight } from './batching.ts'
import { PrefillPace } from './pace.ts'
import { createSteps } from './steps.ts'

function setup() {
  const inFlight: InFlight = { count: 0 }
  let clock = 0
  const parts = { inFlight, pace: new PrefillPace(500), threads: { end: () => {} } }
  const steps = createSteps(parts, { alone: 1000, beside: 200, ahead: 100 }, () => clock)
  /** A step of so many tokens of a prompt at a depth, and of running answers. */
  function compute(tokens: number, depth: number, decoding: number, ms: number) {
    inFlight.onStep?.({ tokens: tokens + decoding, decoding, depth })
    clock += ms
    steps.end()
  }
  return { steps, inFlight, compute }
}
const reader = {}

describe('the steps of an engine', () => {
  it('are large for a prompt alone, small beside an answer, and smallest for what nobody asked for yet', () => {
    const { steps, compute } = setup()
    compute(100, 0, 0, 400)
    compute(50, 0, 0, 200)
    expect(steps.chunk(reader, 0, 'request')).toBe(192)
    expect(steps.chunk(reader, 0, 'ahead')).toBe(25)
    steps.decoding(1)
    expect(steps.chunk(reader, 0, 'request')).toBe(50)
    steps.decoding(-1)
    expect(steps.chunk(reader, 0, 'request')).toBe(192)
  })

  it('fill a tile where a prompt is alone, however slow it is, and not where others wait', () => {
    const { steps, compute } = setup()
    compute(32, 4000, 0, 32 * 40)
    expect(steps.chunk(reader, 4000, 'request')).toBe(64)
    steps.decoding(1)
    expect(steps.chunk(reader, 4000, 'request')).toBe(16)
  })

  it('read together no more than the most careful reader may', () => {
    const { steps, inFlight, compute } = setup()
    compute(100, 0, 0, 400)
    compute(100, 2000, 0, 800)
    const other = {}
    steps.chunk(reader, 0, 'request')
    steps.chunk(other, 2000, 'request')
    expect(inFlight.prefillCap?.()).toBe(64)
    steps.leave(other)
    expect(inFlight.prefillCap?.()).toBe(192)
  })

  it('take as many short prompts as the time allows, whether they fill tiles or not', () => {
    const { steps, inFlight, compute } = setup()
    compute(40, 0, 0, 80)
    steps.decoding(1)
    expect(steps.chunk(reader, 0, 'request')).toBe(64)
    expect(inFlight.prefillCap?.()).toBe(100)
  })

  it('tell how long running answers wait for a token, and learn nothing of an aborted prompt', () => {
    const { steps, inFlight, compute } = setup()
    expect(steps.decodeMs).toBeNull()
    for (const ms of [10, 30, 20]) compute(0, 0, 2, ms)
    expect(steps).toMatchObject({ count: 3, decodeMs: 20, isLong: false })
    compute(100, 0, 0, 400)
    inFlight.onStep?.({ tokens: 100, decoding: 0, depth: 0 })
    expect(steps.isLong).toBe(true)
    steps.abandon()
    steps.end()
    expect(steps.chunk(reader, 0, 'request')).toBe(192)
  })
})
