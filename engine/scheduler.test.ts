import { beforeEach, describe, expect, it } from 'vitest'
import type { EnginePriority } from '../shared/process/engine.ts'
import { FakeSlot } from './fake-slot.testing.ts'
import { createScheduler, type Lease, type Scheduler, type Ticket } from './scheduler.ts'

const never = new AbortController().signal
const ticket = (priority: EnginePriority, owner: string = priority): Ticket => ({ priority, owner })

describe('the scheduler', () => {
  let now = 0
  let order: string[]
  let scheduler: Scheduler<string, FakeSlot>

  const withSlots = (count: number) => {
    scheduler = createScheduler<string, FakeSlot>(
      Array.from({ length: count }, (_, index) => new FakeSlot(`slot ${index}`)),
      () => false,
      () => now,
    )
  }
  const ask = (who: Ticket, signal = never) =>
    scheduler.acquire(who, ['p'], signal).then((lease) => {
      order.push(who.owner)
      return lease
    })
  /** Lets everyone who waits have the slot for a moment, in turn. */
  async function drain(lease: Lease<FakeSlot>, waiting: Promise<Lease<FakeSlot>>[]) {
    lease.release()
    await Promise.all(waiting.map((promise) => promise.then((next) => next.release())))
  }

  beforeEach(() => {
    now = 0
    order = []
    withSlots(1)
  })

  it('lets equals wait in order of arrival, and the more urgent go first', async () => {
    const first = await ask(ticket('person', 'first'))
    const waiting = ['batch', 'api', 'person', 'api'].map(
      (priority, index) => ask(ticket(priority as EnginePriority, `${priority} ${index}`)), // the names above
    )
    await drain(first, waiting)
    expect(order).toEqual(['first', 'person 2', 'api 1', 'api 3', 'batch 0'])
  })

  it('makes the least urgent and newest give way to a person', async () => {
    withSlots(3)
    const [api, old, young] = [await ask(ticket('api')), await ask(ticket('batch')), await ask(ticket('batch'))]
    const person = ask(ticket('person'))
    expect([api, old, young].map((lease) => lease.wanted)).toEqual([false, false, true])
    young.release()
    await person
    expect([api, old].map((lease) => lease.wanted)).toEqual([false, false])
  })

  it('asks nobody to give way for an equal, nor for one who left', async () => {
    const running = await ask(ticket('api'))
    const equal = ask(ticket('api', 'equal'))
    expect(running.wanted).toBe(false)
    const abort = new AbortController()
    const person = ask(ticket('person'), abort.signal)
    expect(running.wanted).toBe(true)
    abort.abort(new Error('stopped'))
    await expect(person).rejects.toThrow('stopped')
    expect(running.wanted).toBe(false)
    await drain(running, [equal])
  })

  it('gives who was interrupted the slot back before newcomers of its class', async () => {
    const early = ticket('batch', 'early')
    const running = await ask(early)
    const late = ask(ticket('batch', 'late'))
    const person = ask(ticket('person'))
    expect(running.wanted).toBe(true)
    running.release()
    const again = ask(early)
    await drain(await person, [again, late])
    expect(order).toEqual(['early', 'person', 'early', 'late'])
  })

  it('lets nobody wait for ever: waiting makes more urgent, but takes no slot away', async () => {
    const running = await ask(ticket('api', 'running'))
    const job = ask(ticket('batch', 'job'))
    now += 45_000
    const fresh = ask(ticket('api', 'fresh'))
    expect(running.wanted).toBe(false)
    await drain(running, [job, fresh])
    expect(order).toEqual(['running', 'job', 'fresh'])
  })

  it('gives read-ahead a slot only when nobody uses or wants it, and takes it back at once', async () => {
    const ahead = scheduler.tryAcquire(ticket('ahead'), ['p'])
    expect(ahead?.wanted).toBe(false)
    expect(scheduler.tryAcquire(ticket('ahead'), ['p'])).toBeNull()
    const job = ask(ticket('batch'))
    expect(ahead?.wanted).toBe(true)
    ahead?.release()
    expect((await job).slot.name).toBe('slot 0')
  })

  it('tells who has which slot', async () => {
    withSlots(2)
    const lease = await ask(ticket('person', 'window'))
    const owners = () => scheduler.occupations.map((occupation) => occupation.ticket?.owner ?? null)
    expect(owners()).toEqual(['window', null])
    lease.release()
    lease.release()
    expect(owners()).toEqual([null, null])
  })
})
