import { describe, expect, it } from 'vitest'
import type { Priority } from '../../shared/domain/generation.ts'
import { createQueue, maxQueueOf } from './queue.ts'

function queueOf(slots: number, maxWaiting = 512) {
  let time = 0
  const queue = createQueue({ clock: () => time, slots: () => slots, maxWaiting })
  const started: string[] = []
  const positions = new Map<string, number>()
  const enter = (name: string, priority: Priority = 'api') => {
    const place = queue.enter({ priority, onPosition: (position) => positions.set(name, position) })
    place?.turn.then((at) => started.push(`${name} ${at}`)).catch(() => {})
    return place
  }
  const pass = async (ms: number) => {
    time += ms
    queue.tick()
    await Promise.resolve()
  }
  return { queue, started, positions, enter, pass }
}

describe('who waits for a model', () => {
  it('goes in order of arrival among equals, as many at a time as there are slots', async () => {
    const { queue, started, positions, enter, pass } = queueOf(2)
    const first = enter('a')
    for (const name of ['b', 'c', 'd']) enter(name)
    await pass(0)
    expect(started).toEqual(['a api', 'b api'])
    expect([...positions]).toEqual([
      ['c', 1],
      ['d', 2],
    ])
    first?.leave()
    await pass(0)
    expect(started.at(-1)).toBe('c api')
    expect(positions.get('d')).toBe(1)
    expect(queue).toMatchObject({ placed: 2, waiting: 1 })
  })

  it('lets a person go at once whoever holds the slots, and a program before batch jobs', async () => {
    const { started, positions, enter, pass } = queueOf(1)
    enter('batch', 'batch')
    enter('next batch', 'batch')
    enter('program', 'api')
    enter('next program', 'api')
    enter('person', 'person')
    enter('next person', 'person')
    await pass(0)
    expect(started).toEqual(['batch batch', 'program api', 'person person'])
    expect([...positions.entries()].toSorted((a, b) => a[1] - b[1]).map(([name]) => name)).toEqual([
      'next person',
      'next program',
      'next batch',
    ])
  })

  it('lets a batch job that waited long go as a program, never before a person', async () => {
    const { started, enter, pass } = queueOf(1)
    const running = enter('program')
    enter('old batch', 'batch')
    await pass(31_000)
    enter('new program')
    enter('person', 'person')
    enter('next person', 'person')
    running?.leave()
    await pass(0)
    expect(started).toEqual(['program api', 'person person'])
    const alone = queueOf(1)
    const busy = alone.enter('program')
    alone.enter('old batch', 'batch')
    await alone.pass(31_000)
    alone.enter('new program')
    busy?.leave()
    await alone.pass(0)
    expect(alone.started.at(-1)).toBe('old batch api')
  })

  it('refuses when full; none may wait at 0, but who need not wait comes in', () => {
    const { enter } = queueOf(1, 1)
    expect(enter('a')).not.toBeNull()
    expect(enter('b')).not.toBeNull()
    expect(enter('c')).toBeNull()
    expect(enter('person', 'person')).not.toBeNull()
    const none = queueOf(1, 0)
    expect(none.enter('a')).not.toBeNull()
    expect(none.enter('b')).toBeNull()
  })

  it('learns from how long requests took how long one has to wait', async () => {
    const { queue, enter, pass } = queueOf(1)
    const before = queue.retryAfterSeconds()
    for (let index = 0; index < 40; index++) {
      const place = enter(`${index}`)
      await pass(2000)
      place?.leave()
    }
    expect(queue.retryAfterSeconds()).toBe(3)
    expect(before).toBe(10)
    for (let index = 0; index < 5; index++) enter(`${index}`)
    expect(queue.retryAfterSeconds()).toBeGreaterThan(9)
  })

  it('takes the length from the environment, when that is a number', () => {
    expect(maxQueueOf({})).toBe(512)
    expect(maxQueueOf({ HEARTH_MAX_QUEUE: '0' })).toBe(0)
    expect(maxQueueOf({ HEARTH_MAX_QUEUE: '8' })).toBe(8)
    for (const bad of ['-1', 'many', '1.5', '']) expect(maxQueueOf({ HEARTH_MAX_QUEUE: bad })).toBe(512)
  })
})
