import { describe, expect, it } from 'vitest'
import { ThreadTuner } from './thread-tuner.ts'

/** Runs steps for so many ms of simulated time; `costOf` is ms a step for a thread count. Returns the share of each count. */
function machine(tuner: ThreadTuner) {
  let now = 0
  return {
    run(ms: number, costOf: (threads: number) => number) {
      const steps = new Map<number, number>()
      const end = now + ms
      let count = 0
      while (now < end) {
        const { threads } = tuner
        const cost = costOf(threads)
        now += cost
        tuner.record(cost, cost, now)
        steps.set(threads, (steps.get(threads) ?? 0) + 1)
        count++
      }
      return { count, share: (threads: number) => (steps.get(threads) ?? 0) / count }
    },
  }
}

function tuner(...ladder: number[]) {
  return new ThreadTuner(ladder, { start: ladder[0] ?? 1, tries: true, doubtfulFactor: 1.4, isCrowded: false })
}

const quiet = (threads: number) => (threads === 1 ? 20 : 11)
const busy = (threads: number) => (threads === 1 ? 25 : 500)

describe('tuning threads', () => {
  it('stays with the planned count on a quiet machine', () => {
    const { run } = machine(tuner(2, 1))
    expect(run(5_000, quiet).share(2)).toBeGreaterThan(0.95)
    expect(run(60_000, quiet).share(2)).toBe(1)
  })

  it('leaves a count that collapses within about a second', () => {
    const { run } = machine(tuner(2, 1))
    run(5_000, quiet)
    run(1_500, busy)
    expect(run(10_000, busy).share(1)).toBeGreaterThan(0.95)
  })

  it('loses little to trying again while the machine stays busy', () => {
    const { run } = machine(tuner(2, 1))
    run(5_000, busy)
    const { count } = run(120_000, busy)
    expect(count).toBeGreaterThan((120_000 / 25) * 0.95)
  })

  it('comes back when the machine is quiet again', () => {
    const { run } = machine(tuner(2, 1))
    run(60_000, busy)
    run(35_000, quiet)
    expect(run(10_000, quiet).share(2)).toBeGreaterThan(0.9)
  })

  it('does not mistake a growing context for a busy machine', () => {
    const { run } = machine(tuner(2, 1))
    let depth = 0
    const deeper = (threads: number) => quiet(threads) * (1 + depth++ / 2000)
    expect(run(60_000, deeper).share(2)).toBeGreaterThan(0.95)
  })

  it('finds the middle of many threads when all of them is too many', () => {
    const { run } = machine(tuner(8, 4, 1))
    const costOf = (threads: number) => ({ 8: 60, 4: 12, 1: 30 })[threads] ?? 100
    run(3_000, costOf)
    expect(run(30_000, costOf).share(4)).toBeGreaterThan(0.95)
  })

  it('takes another thread for a little speed, and gives one up only for more', () => {
    const one = new ThreadTuner([2, 1], { start: 1, tries: true, doubtfulFactor: 1.4, isCrowded: false })
    expect(
      machine(one)
        .run(60_000, (threads) => (threads === 1 ? 6.4 : 6))
        .share(2),
    ).toBeGreaterThan(0.95)
    expect(
      machine(tuner(2, 1))
        .run(60_000, (threads) => (threads === 1 ? 6 : 6.4))
        .share(2),
    ).toBeGreaterThan(0.95)
  })

  it('is not misled by one slow step', () => {
    let step = 0
    const hiccup = (threads: number) => (step++ === 3 ? 120 : threads === 1 ? 24 : 15)
    expect(machine(tuner(2, 1)).run(2_000, hiccup).share(2)).toBeGreaterThan(0.9)
  })

  it('has nothing to find with one thread', () => {
    const single = tuner(1)
    machine(single).run(1_000, () => 10)
    expect(single.threads).toBe(1)
  })

  it('finds that more threads than planned are better', () => {
    const { run } = machine(new ThreadTuner([2, 1], { start: 1, tries: true, doubtfulFactor: 1.4, isCrowded: false }))
    run(1_000, quiet)
    expect(run(5_000, quiet).share(2)).toBe(1)
  })

  it('tells a crowded machine from one where fewer threads are a little better', () => {
    const crowded = tuner(2, 1)
    machine(crowded).run(10_000, busy)
    expect(crowded.isCrowded).toBe(true)
    const better = tuner(2, 1)
    machine(better).run(10_000, (threads) => (threads === 1 ? 10 : 12))
    expect(better.threads).toBe(1)
    expect(better.isCrowded).toBe(false)
  })

  it('believes another one that the machine is crowded, until it finds that it is not', () => {
    const told = new ThreadTuner([2, 1], { start: 1, tries: false, doubtfulFactor: 1.4, isCrowded: true })
    const { run } = machine(told)
    run(100, quiet)
    expect([told.threads, told.isCrowded]).toEqual([1, true])
    run(5_000, quiet)
    expect([told.threads, told.isCrowded]).toEqual([2, false])
  })
})
