import { describe, expect, it } from 'vitest'
import { createBatchStrategy, type InFlight, type Queued, type Step } from './batching.ts'

function setup(inFlight: number, queued: readonly Queued[] = []) {
  const batches: Step[] = []
  const flight: InFlight = { count: inFlight }
  const strategy = createBatchStrategy(
    flight,
    (step) => batches.push(step),
    () => queued,
  )
  return { strategy, batches, flight }
}

function item(name: string, tokens: number, evaluationPriority = 5) {
  return { name, tokens: Array.from({ length: tokens }, (_, index) => index), evaluationPriority }
}

function amounts(batch: { item: { name: string }; processAmount: number }[]) {
  return batch.map((entry) => [entry.item.name, entry.processAmount])
}

describe('the batch strategy', () => {
  it('lets running answers and prompts take turns, answers first', () => {
    const { strategy } = setup(3)
    const items = [item('prompt', 100), item('a', 1), item('b', 1)]
    const answers = [
      ['a', 1],
      ['b', 1],
    ]
    expect(amounts(strategy({ items, size: 64 }))).toEqual(answers)
    expect(amounts(strategy({ items, size: 64 }))).toEqual([['prompt', 64]])
    expect(amounts(strategy({ items, size: 64 }))).toEqual(answers)
  })

  it('waits for no turn where only one kind is there', () => {
    const { strategy } = setup(1)
    for (let step = 0; step < 3; step++)
      expect(amounts(strategy({ items: [item('prompt', 9)], size: 8 }))).toHaveLength(1)
    for (let step = 0; step < 3; step++) expect(amounts(strategy({ items: [item('a', 1)], size: 8 }))).toHaveLength(1)
  })

  it('computes sequences in their order, whoever asked first', () => {
    const sequences = [2, 0, 3, 1].map((sequence) => ({ sequence, depth: 0 }))
    const { strategy } = setup(4, sequences)
    const items = [item('two', 1), item('none', 1), item('three', 1), item('one', 1)]
    expect(amounts(strategy({ items, size: 64 }))).toEqual([
      ['none', 1],
      ['one', 1],
      ['two', 1],
      ['three', 1],
    ])
  })

  it('reads the more urgent prompt first, and equals in order of arrival', () => {
    const { strategy } = setup(3)
    const batch = strategy({ items: [item('first', 30), item('second', 30), item('urgent', 30, 9)], size: 70 })
    expect(amounts(batch)).toEqual([
      ['urgent', 30],
      ['first', 30],
    ])
  })

  it('reads no more in one step than is allowed beside running answers, and never cuts a chunk in two', () => {
    const { strategy, flight } = setup(3)
    flight.prefillCap = () => 50
    const items = [item('batch job', 40, 2), item('person', 40, 4), item('short', 8, 2)]
    expect(amounts(strategy({ items, size: 256 }))).toEqual([
      ['person', 40],
      ['short', 8],
    ])
  })

  it('waits for a stream that has not asked yet, but not for ever', () => {
    const { strategy } = setup(2)
    const items = [item('a', 1)]
    let turns = 0
    while (strategy({ items, size: 8 }).length === 0) turns++
    expect(turns).toBeGreaterThan(0)
    expect(turns).toBeLessThan(50)
  })

  it('waits anew in the next step', () => {
    const { strategy } = setup(2)
    strategy({ items: [item('a', 1), item('b', 1)], size: 8 })
    expect(strategy({ items: [item('a', 1)], size: 8 })).toEqual([])
  })

  it('announces each batch, and says nothing while it waits', () => {
    const queued = [
      { sequence: 0, depth: 900 },
      { sequence: 1, depth: 700 },
    ]
    const { strategy, batches } = setup(2, queued)
    strategy({ items: [item('a', 1)], size: 64 })
    expect(batches).toEqual([])
    const items = [item('a', 1), item('prompt', 40)]
    for (let step = 0; step < 2; step++) strategy({ items, size: 64 })
    expect(batches).toEqual([
      { tokens: 1, decoding: 1, depth: 900 },
      { tokens: 40, decoding: 0, depth: 700 },
    ])
  })

  it('never hands out more tokens than fit', () => {
    const { strategy } = setup(4)
    const batch = strategy({ items: [item('a', 1), item('b', 1), item('c', 1), item('d', 50)], size: 2 })
    expect(batch.reduce((sum, entry) => sum + entry.processAmount, 0)).toBe(2)
  })
})
