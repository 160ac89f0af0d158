import { describe, expect, it } from 'vitest'
import { ThreadControl, type ThreadPlan } from './thread-control.ts'

/** ms of a step on some machine. */
type Machine = (threads: number, tokens: number, depth: number) => number

function setup(machine: Machine, plan: Partial<ThreadPlan> = {}) {
  let clock = 0
  let threads = 0
  let costOf = machine
  const control = new ThreadControl(
    { decodeThreads: 2, batchThreads: 2, decodeBatchMax: 8, tuned: true, ...plan },
    (count) => {
      threads = count
    },
    () => clock,
  )
  return {
    changeTo: (other: Machine) => {
      costOf = other
    },
    /** Computes steps alike; returns the threads of each. */
    compute(tokens: number, depth: number, steps: number): number[] {
      return Array.from({ length: steps }, () => {
        control.begin({ tokens, depth })
        clock += costOf(threads, tokens, depth)
        control.end()
        return threads
      })
    },
  }
}

/** Two threads bring nothing for a single token at the beginning, and much behind others or for many. */
const uneven: Machine = (threads, tokens, depth) => (5 + tokens + depth / 100) / (tokens + depth > 100 ? threads : 1)
const crowded: Machine = (threads, tokens) => tokens * (threads === 1 ? 10 : 500)

describe('the threads of a step', () => {
  it('are found apart for single tokens, for many, and behind others', () => {
    const { compute } = setup(uneven, { decodeThreads: 1 })
    compute(1, 0, 60)
    expect(compute(1, 0, 20)).not.toContain(2)
    expect(compute(256, 0, 4)).toEqual([2, 2, 2, 2])
    compute(1, 4000, 60)
    expect(compute(1, 4000, 20)).not.toContain(1)
  })

  it('begin with few where something else was just seen to use the processors, and become more when it ends', () => {
    const { compute, changeTo } = setup(crowded)
    compute(1, 0, 60)
    expect([...compute(64, 0, 1), ...compute(64, 600, 1), ...compute(64, 1200, 1)]).toEqual([1, 1, 1])
    changeTo(uneven)
    compute(64, 1200, 60)
    expect(compute(64, 1200, 20)).not.toContain(1)
  })

  it('of a prompt are not doubted because its chunks get smaller', () => {
    const { compute } = setup((threads, tokens) => (tokens >= 64 ? tokens : tokens * 2) / threads)
    compute(512, 0, 10)
    expect(compute(40, 0, 30)).not.toContain(1)
  })

  it('leave one processor of several to the rest of the computer while answers are written', () => {
    const { compute } = setup((threads, tokens) => (100 * tokens) / threads, { decodeThreads: 4, batchThreads: 8 })
    expect(Math.max(...compute(1, 0, 200))).toBe(7)
    expect(compute(256, 0, 1)).toEqual([8])
  })

  it('are as planned where they do not matter', () => {
    const { compute } = setup(uneven, { tuned: false, decodeThreads: 3, batchThreads: 5 })
    expect([...compute(1, 0, 1), ...compute(64, 0, 1)]).toEqual([3, 5])
  })
})
