import { describe, expect, it } from 'vitest'
import { createSharedPrefixes } from './shared-prefix.ts'

const never = new AbortController().signal
const stays = () => false
const handbook = Array.from({ length: 2000 }, (_, index) => index)

function setup(wholeOnly = false) {
  const kept: [string, number][] = []
  const shared = createSharedPrefixes<string>((slot, tokens) => {
    kept.push([slot, tokens])
    return Promise.resolve()
  }, wholeOnly)
  return { shared, kept }
}

describe('a beginning that several requests share', () => {
  it('is read by the first; the others wait exactly until it is there', async () => {
    const { shared, kept } = setup()
    const first = shared.enter('first', [...handbook, 7, 7, 7], 3, 0)
    const second = shared.enter('second', [...handbook, 8, 8], 3, 0)
    const waiting = second.waitForOther(0, stays, never)
    expect(first.isAwaited).toBe(true)
    expect(first.cut(0, 256)).toBe(256)
    expect(first.cut(1900, 256)).toBe(100)
    await first.reached(1900)
    expect(kept).toEqual([])
    await first.reached(2000)
    expect(await waiting).toBe(true)
    expect(kept).toEqual([['first', 2000]])
    expect(first.isAwaited).toBe(false)
  })

  it('is taken at once from who has read it already', async () => {
    const { shared, kept } = setup()
    await shared.enter('first', [...handbook, 7], 3, 0).reached(2001)
    expect(await shared.enter('second', [...handbook, 8], 3, 0).waitForOther(0, stays, never)).toBe(true)
    expect(kept).toEqual([['first', 2000]])
  })

  it('is not worth waiting for when it is short, known already, or read by someone less urgent', async () => {
    const { shared } = setup()
    shared.enter('first', [...handbook, 7], 2, 0)
    expect(await shared.enter('short', [...handbook.slice(0, 300), 8], 2, 0).waitForOther(0, stays, never)).toBe(false)
    expect(await shared.enter('known', [...handbook, 8], 2, 1900).waitForOther(1900, stays, never)).toBe(false)
    expect(await shared.enter('person', [...handbook, 8], 4, 0).waitForOther(0, stays, never)).toBe(false)
  })

  it('is read by the next one when the first gives up', async () => {
    const { shared } = setup()
    const first = shared.enter('first', [...handbook, 7], 3, 0)
    const second = shared.enter('second', [...handbook, 8], 3, 0)
    const waiting = second.waitForOther(0, stays, never)
    first.leave()
    expect(await waiting).toBe(false)
  })

  it('keeps nobody who is cancelled or has to give up the slot', async () => {
    const { shared } = setup()
    const first = shared.enter('first', [...handbook, 7], 3, 0)
    const abort = new AbortController()
    const cancelled = shared.enter('second', [...handbook, 8], 3, 0).waitForOther(0, stays, abort.signal)
    abort.abort(new Error('stopped'))
    await expect(cancelled).rejects.toThrow('stopped')
    let isWanted = false
    const displaced = shared.enter('third', [...handbook, 9], 3, 0).waitForOther(0, () => isWanted, never)
    isWanted = true
    await first.reached(100)
    expect(await displaced).toBe(false)
  })

  it('can not be taken from a recurrent model that has gone on', async () => {
    const { shared } = setup(true)
    await shared.enter('first', [...handbook, 7, 7], 3, 0).reached(2002)
    expect(await shared.enter('second', [...handbook, 8], 3, 0).waitForOther(0, stays, never)).toBe(false)
  })
})
