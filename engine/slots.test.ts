import { describe, expect, it } from 'vitest'
import { Slots, type SlotState } from './slots.ts'

class FakeSlot implements SlotState<string> {
  readonly name: string
  held: string[]
  constructor(name: string, held = '') {
    this.name = name
    this.held = [...held]
  }
  get length() {
    return this.held.length
  }
  commonPrefix(prompt: readonly string[]) {
    const different = this.held.findIndex((token, index) => token !== prompt[index])
    return different === -1 ? Math.min(this.held.length, prompt.length) : different
  }
}

const never = new AbortController().signal

describe('slots', () => {
  it('continue the chat whose beginning they hold', async () => {
    const slots = new Slots([
      new FakeSlot('other', 'xyz'),
      new FakeSlot('chat', 'hello wor'),
      new FakeSlot('shorter', 'hell'),
    ])
    expect((await slots.acquire([...'hello world'], never)).name).toBe('chat')
  })

  it('reuse a prompt even when a long answer stands behind it', async () => {
    const slots = new Slots([new FakeSlot('empty'), new FakeSlot('answered', `question${'a'.repeat(500)}`)])
    expect((await slots.acquire([...'question'], never)).name).toBe('answered')
  })

  it('do not cost another chat its cache for a common system prompt', async () => {
    const slots = new Slots([new FakeSlot('chat', `system${'a'.repeat(500)}`), new FakeSlot('empty')])
    expect((await slots.acquire([...'system and a new question'], never)).name).toBe('empty')
  })

  it('go to the least recently used one when none fits', async () => {
    const [a, b] = [new FakeSlot('a'), new FakeSlot('b')]
    const slots = new Slots([a, b])
    for (const held of ['aaaa', 'bbbb']) {
      const slot = await slots.acquire([...held], never)
      slot.held = [...held]
      slots.release(slot)
    }
    expect((await slots.acquire([...'cccc'], never)).name).toBe('a')
  })

  it('let requests wait in order of arrival', async () => {
    const slots = new Slots([new FakeSlot('only')])
    const slot = await slots.acquire(['p'], never)
    const order: number[] = []
    const waiting = [1, 2, 3].map((number) =>
      slots.acquire(['p'], never).then((taken) => {
        order.push(number)
        slots.release(taken)
      }),
    )
    slots.release(slot)
    await Promise.all(waiting)
    expect(order).toEqual([1, 2, 3])
  })

  it('are not given to a request that was cancelled while it waited', async () => {
    const slots = new Slots([new FakeSlot('only')])
    const slot = await slots.acquire(['p'], never)
    const abort = new AbortController()
    const cancelled = slots.acquire(['p'], abort.signal)
    const next = slots.acquire(['p'], never)
    abort.abort(new Error('stopped'))
    await expect(cancelled).rejects.toThrow('stopped')
    slots.release(slot)
    expect((await next).name).toBe('only')
  })
})
