import { expect, it } from 'vitest'
import { createBatch } from './batch.ts'

function frames() {
  const waiting: (() => void)[] = []
  return {
    schedule: (callback: () => void) => void waiting.push(callback),
    next: () => waiting.splice(0).forEach((callback) => callback()),
  }
}

it('hands over all that came within a frame at once and in order', () => {
  const delivered: number[][] = []
  const frame = frames()
  const batch = createBatch<number>((items) => delivered.push(items), frame.schedule)
  batch.push(1)
  batch.push(2)
  expect(delivered).toEqual([])
  frame.next()
  batch.push(3)
  frame.next()
  expect(delivered).toEqual([[1, 2], [3]])
})

it('hands over early when asked to, and nothing twice', () => {
  const delivered: number[][] = []
  const frame = frames()
  const batch = createBatch<number>((items) => delivered.push(items), frame.schedule)
  batch.push(1)
  batch.flush()
  frame.next()
  expect(delivered).toEqual([[1]])
})
