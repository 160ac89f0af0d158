import { describe, expect, it } from 'vitest'
import type { Priority } from '../../shared/domain/generation.ts'
import { createQueue, maxQueueOf } from './queue.ts'

function queueOf(slots: number, maxWaiting = 512) {
  let time = 0
  const queue = createQueue({ clock: () => time, slots: () => slots, maxWaiting })
  const started: string[] = []
  const positions = new Map<string, number>()
  const enter = (name: string, priority: Priority = 'api', owner = 'local') => {
    const place = queue.enter({ priority, owner, onPosition: (position) => positions.set(name, position) })
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

  it('lets a batch job that waited long go before programs that came after it', async () => {
    const { started, enter, pass } = queueOf(1)
    const running = enter('program')
    enter('old batch', 'batch')
    enter('later program')
    await pass(31_000)
    running?.leave()
    await pass(0)
    expect(started.at(-1)).toBe('old batch api')
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

describe('several owners', () => {
  /** Ends what runs, one request after the other, until nobody waits; tells who went in which order. */
  async function drained({ started, pass }: ReturnType<typeof queueOf>, running: Map<string, { leave(): void }>) {
    for (let ended = 0; ended < started.length; ended++) {
      running.get(started[ended]?.split(' ')[0] ?? '')?.leave()
      await pass(0)
    }
    return started.map((line) => line.split(' ')[0])
  }
  function entered(test: ReturnType<typeof queueOf>, ...names: string[]) {
    const running = new Map<string, { leave(): void }>()
    for (const name of names) {
      const place = test.enter(name, 'api', name.replace(/\d+$/, ''))
      if (place) running.set(name, place)
    }
    return running
  }
  const hundred = Array.from({ length: 100 }, (_, index) => `a${index}`)

  it('take turns, however many one of them sent', async () => {
    const test = queueOf(1)
    const running = entered(test, ...hundred, 'b0', 'b1', 'c0')
    await test.pass(0)
    expect([...test.positions.entries()].filter(([, position]) => position <= 5)).toEqual(
      expect.arrayContaining([
        ['b0', 1],
        ['c0', 2],
        ['a1', 3],
        ['b1', 4],
        ['a2', 5],
      ]),
    )
    expect((await drained(test, running)).slice(0, 6)).toEqual(['a0', 'b0', 'c0', 'a1', 'b1', 'a2'])
  })

  it('who has nothing in the engine goes before who has, also right after a turn', async () => {
    const test = queueOf(2)
    const running = entered(test, 'a0', 'b0', 'a1', 'b1')
    await test.pass(0)
    running.get('b0')?.leave()
    await test.pass(0)
    expect(test.started).toEqual(['a0 api', 'b0 api', 'b1 api'])
    running.get('a0')?.leave()
    await test.pass(0)
    expect(test.started.at(-1)).toBe('a1 api')
  })

  it('who comes again after each answer does not get past those who wait', async () => {
    const test = queueOf(1)
    const running = entered(test, ...hundred, 'c0', 'c1', 'c2')
    const served: (string | undefined)[] = []
    for (let round = 0; round < 9; round++) {
      for (const owner of ['b', 'd']) {
        const name = `${owner}${round}`
        const place = test.enter(name, 'api', owner)
        if (place) running.set(name, place)
      }
      await test.pass(0)
      const now = test.started.at(-1)?.split(' ')[0] ?? ''
      served.push(now[0])
      running.get(now)?.leave()
      await test.pass(0)
    }
    for (const owner of ['a', 'b', 'c', 'd']) {
      expect(served.filter((one) => one === owner).length, owner).toBeGreaterThanOrEqual(2)
    }
  })

  it('wait behind the more urgent of others all the same', async () => {
    const { started, enter, pass } = queueOf(1)
    enter('running', 'person', 'a')
    enter('program', 'api', 'b')
    const next = enter('person', 'person', 'a')
    await pass(0)
    expect(started).toEqual(['running person'])
    next?.leave()
    enter('batch', 'batch', 'c')
    await pass(0)
    expect(started).toEqual(['running person'])
  })

  it('are told the place at which they go', async () => {
    const test = queueOf(1)
    const running = entered(test, 'a0', 'a1', 'a2', 'b0', 'c0', 'b1', 'a3')
    await test.pass(0)
    const told = [...test.positions.entries()].toSorted((x, y) => x[1] - y[1]).map(([name]) => name)
    expect((await drained(test, running)).slice(1)).toEqual(told)
  })

  it('get a place when another has filled the queue, one each', () => {
    const { enter } = queueOf(1, 2)
    for (const name of ['a0', 'a1', 'a2']) expect(enter(name, 'api', 'a'), name).not.toBeNull()
    expect(enter('a3', 'api', 'a')).toBeNull()
    expect(enter('b0', 'api', 'b')).not.toBeNull()
    expect(enter('b1', 'api', 'b')).toBeNull()
    const none = queueOf(1, 0)
    none.enter('a0', 'api', 'a')
    expect(none.enter('b0', 'api', 'b')).toBeNull()
  })
})
