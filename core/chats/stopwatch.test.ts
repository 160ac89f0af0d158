import { describe, expect, it } from 'vitest'
import type { GenerationEvent } from '../../shared/domain/generation.ts'
import { startStopwatch } from './stopwatch.ts'

const text = (tokens: number): GenerationEvent => ({ type: 'text', choice: 0, text: 'x', tokens })

describe('the stopwatch of an answer', () => {
  it('says nothing before the first token', () => {
    const watch = startStopwatch(() => 0)
    watch.see({ type: 'prefill', choice: 0, done: 1, total: 9, cached: 0 })
    expect(watch.read()).toBeNull()
  })

  it('measures waiting, the first token and the speed between tokens', () => {
    let time = 1000
    const watch = startStopwatch(() => time)
    time = 1200
    watch.see({ type: 'prefill', choice: 0, done: 0, total: 40, cached: 8 })
    time = 1300
    watch.see(text(1))
    time = 1400
    watch.see(text(4))
    time = 1800
    watch.see(text(6))
    expect(watch.read()).toEqual({
      usage: { prompt: 40, cached: 8, completion: 11, reasoning: 0 },
      timings: { queueMs: 200, loadMs: 0, ttftMs: 300, prefillTps: null, decodeTps: 20 },
    })
  })

  it('knows no speed after one token', () => {
    const watch = startStopwatch(() => 5)
    watch.see(text(1))
    expect(watch.read()?.timings.decodeTps).toBeNull()
  })
})
