import { describe, expect, it } from 'vitest'
import { planThreads } from './plan-threads.ts'

describe('planning threads', () => {
  it.each([
    ['one core', 1, 1, { decodeThreads: 1, batchThreads: 1 }],
    ['two cores', 2, 2, { decodeThreads: 2, batchThreads: 2 }],
    ['one core with two hyperthreads', 1, 2, { decodeThreads: 2, batchThreads: 2 }],
    ['two cores with four hyperthreads', 2, 4, { decodeThreads: 2, batchThreads: 2 }],
    ['four cores', 4, 4, { decodeThreads: 3, batchThreads: 4 }],
    ['eight cores with hyperthreads', 8, 16, { decodeThreads: 7, batchThreads: 8 }],
    ['a container that may use fewer than there are', 32, 4, { decodeThreads: 3, batchThreads: 4 }],
    ['a machine that does not say', 0, 0, { decodeThreads: 1, batchThreads: 1 }],
  ])('for %s', (_, physicalCores, logicalCores, expected) => {
    expect(planThreads({ physicalCores, logicalCores })).toMatchObject(expected)
  })

  it('obeys a person, as far as there are processors', () => {
    expect(planThreads({ physicalCores: 8, logicalCores: 16 }, 3)).toMatchObject({ decodeThreads: 3, batchThreads: 3 })
    expect(planThreads({ physicalCores: 2, logicalCores: 2 }, 64)).toMatchObject({ decodeThreads: 2 })
  })

  it('keeps one libuv thread', () => {
    expect(planThreads({ physicalCores: 16, logicalCores: 32 }).uvThreads).toBe(1)
  })
})
