import { describe, expect, it } from 'vitest'
import { createEventQueue } from './event-queue.ts'

async function drain<T>(queue: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of queue) items.push(item)
  return items
}

describe('an event queue', () => {
  it('delivers everything that was pushed before its end, in order', async () => {
    const queue = createEventQueue<number>()
    queue.push(1)
    queue.push(2)
    queue.end()
    queue.push(3)
    expect(await drain(queue)).toEqual([1, 2])
  })

  it('joins what waits for a slow reader', async () => {
    const queue = createEventQueue<string>((last, next) => last + next)
    for (const letter of 'hearth') queue.push(letter)
    queue.end()
    expect(await drain(queue)).toEqual(['hearth'])
  })

  it('wakes a reader that waits', async () => {
    const queue = createEventQueue<string>()
    const read = drain(queue)
    await Promise.resolve()
    queue.push('late')
    queue.end()
    expect(await read).toEqual(['late'])
  })
})
