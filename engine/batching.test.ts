import { describe, expect, it } from 'vitest'
import { type Chosen, createBatching, type InFlight, type Queued, stepOf } from './batching.ts'

interface Item extends Queued {
  name: string
}

function item(name: string, tokens: number, rest: Partial<Queued> = {}): Item {
  return { name, tokens: Array.from({ length: tokens }), sequence: 0, depth: 0, priority: 5, ...rest }
}

function amounts(batch: readonly Chosen<Item>[]) {
  return batch.map((entry) => [entry.item.name, entry.amount])
}

describe('a batch', () => {
  it('has the tokens of running answers and of prompts in turns, answers first', () => {
    const fill = createBatching<Item>({})
    const items = [item('prompt', 100), item('a', 1), item('b', 1)]
    const answers = [
      ['a', 1],
      ['b', 1],
    ]
    expect(amounts(fill(items, 64))).toEqual(answers)
    expect(amounts(fill(items, 64))).toEqual([['prompt', 64]])
    expect(amounts(fill(items, 64))).toEqual(answers)
  })

  it('waits for no turn where only one kind is there', () => {
    const fill = createBatching<Item>({})
    for (let step = 0; step < 3; step++) expect(amounts(fill([item('prompt', 9)], 8))).toHaveLength(1)
    for (let step = 0; step < 3; step++) expect(amounts(fill([item('a', 1)], 8))).toHaveLength(1)
  })

  it('is in the order of its sequences, whoever asked first', () => {
    const items = [2, 0, 3, 1].map((sequence) => item(`of ${sequence}`, 1, { sequence }))
    expect(amounts(createBatching<Item>({})(items, 64))).toEqual([0, 1, 2, 3].map((sequence) => [`of ${sequence}`, 1]))
  })

  it('has the more urgent prompt first, and equals as they arrived', () => {
    const items = [item('first', 30), item('second', 30), item('urgent', 30, { priority: 9 })]
    expect(amounts(createBatching<Item>({})(items, 70))).toEqual([
      ['urgent', 30],
      ['first', 30],
    ])
  })

  it('has no more of prompts than may be read in one step, and never cuts a chunk in two', () => {
    const flight: Pick<InFlight, 'prefillCap'> = { prefillCap: () => 50 }
    const items = [
      item('batch job', 40, { priority: 2 }),
      item('person', 40, { priority: 4 }),
      item('short', 8, { priority: 2 }),
    ]
    expect(amounts(createBatching<Item>(flight)(items, 256))).toEqual([
      ['person', 40],
      ['short', 8],
    ])
  })

  it('never has more tokens than fit', () => {
    const batch = createBatching<Item>({})([item('a', 1), item('b', 1), item('c', 1), item('d', 50)], 2)
    expect(batch.reduce((sum, { amount }) => sum + amount, 0)).toBe(2)
  })

  it('leaves what waits as it is', () => {
    const items = [item('b', 1, { sequence: 1 }), item('a', 1)]
    createBatching<Item>({})(items, 8)
    expect(items.map(({ name }) => name)).toEqual(['b', 'a'])
  })

  it('is known by its tokens, its answers and its depth', () => {
    const answers = [item('a', 1, { depth: 900 }), item('b', 1, { depth: 700 })]
    expect(stepOf(answers.map((one) => ({ item: one, amount: 1 })))).toEqual({ tokens: 2, decoding: 2, depth: 900 })
    const prompt = item('prompt', 40, { depth: 700 })
    expect(stepOf([{ item: prompt, amount: 30 }])).toEqual({ tokens: 30, decoding: 0, depth: 700 })
  })
})
