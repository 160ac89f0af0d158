import { describe, expect, it } from 'vitest'
import type { Candidate, KeptStates } from './kept-states.ts'
import { createPrefixCache, type CachedSlot } from './prefix-cache.ts'

const run = (from: number, length: number) => Array.from({ length }, (_, index) => from + index)
const queue = { alone: <T>(task: () => Promise<T>) => task() }

class FakeSlot implements CachedSlot {
  tokens: number[]
  cacheKey: string | null = null
  forgotten = false
  constructor(tokens: number[] = []) {
    this.tokens = tokens
  }
  get length() {
    return this.tokens.length
  }
  commonPrefix(prompt: readonly number[]) {
    const different = this.tokens.findIndex((token, index) => token !== prompt[index])
    return different === -1 ? this.tokens.length : different
  }
  keepPrefix(prompt: readonly number[]) {
    this.tokens = this.tokens.slice(0, this.commonPrefix(prompt.slice(0, -1)))
    return Promise.resolve(this.tokens.length)
  }
  reset() {
    this.tokens = []
    return Promise.resolve()
  }
}

/** Keeps token lists; a damaged one fails to restore. */
function fakeKept(initial: number[][] = [], damaged = false) {
  const entries = [...initial]
  let users = 0
  const kept: KeptStates<FakeSlot> = {
    find(prompt, atLeast, whole) {
      const common = (entry: number[]) => entry.filter((token, index) => prompt[index] === token).length
      const [best] = entries
        .filter((entry) => common(entry) >= atLeast && (!whole || common(entry) === entry.length))
        .toSorted((a, b) => common(b) - common(a))
      if (best === undefined) return Promise.resolve(null)
      users++
      const candidate: Candidate<FakeSlot> = {
        length: common(best),
        source: 'memory',
        restore: (slot) => {
          slot.tokens = damaged ? [1, 2] : [...best]
          return Promise.resolve(!damaged)
        },
        release: () => users--,
      }
      return Promise.resolve(candidate)
    },
    covers: (tokens) => entries.some((entry) => tokens.every((token, index) => entry[index] === token)),
    add: (slot) => Promise.resolve(entries.push([...slot.tokens]) > 0),
    forget: () => Promise.resolve(),
    flush: () => Promise.resolve(),
    memoryBytes: 0,
    diskBytes: 0,
  }
  return { kept, entries, users: () => users }
}

describe('the prefix cache', () => {
  it('goes on in the slot when it holds the beginning', async () => {
    const { kept, entries } = fakeKept()
    const slot = new FakeSlot(run(0, 900))
    const prepared = await createPrefixCache(queue, kept, false).prepare(slot, run(0, 1000), 'chat')
    expect(prepared).toEqual({ cached: 900, source: 'slot' })
    expect(entries).toEqual([])
    expect(slot.cacheKey).toBe('chat')
  })

  it('keeps a long conversation before its slot is taken, once, and no short one', async () => {
    const { kept, entries } = fakeKept()
    const cache = createPrefixCache(queue, kept, false)
    const slot = new FakeSlot(run(0, 900))
    await cache.prepare(slot, run(5000, 10), null)
    expect(entries).toEqual([run(0, 900)])
    slot.tokens = run(0, 900)
    await cache.prepare(slot, run(5000, 10), null)
    slot.tokens = run(9000, 400)
    await cache.prepare(slot, run(5000, 10), null)
    expect(entries).toHaveLength(1)
  })

  it('loads a kept state that spares clearly more than the slot does', async () => {
    const { kept, users } = fakeKept([run(0, 900)])
    const slot = new FakeSlot(run(0, 100))
    const prepared = await createPrefixCache(queue, kept, false).prepare(slot, run(0, 1000), null)
    expect(prepared).toEqual({ cached: 900, source: 'memory' })
    expect(users()).toBe(0)
    const nearly = new FakeSlot(run(0, 850))
    expect(await createPrefixCache(queue, kept, false).prepare(nearly, run(0, 1000), null)).toMatchObject({
      source: 'slot',
    })
  })

  it('reads everything anew when a kept state turns out damaged', async () => {
    const { kept, users } = fakeKept([run(0, 900)], true)
    const slot = new FakeSlot()
    const prepared = await createPrefixCache(queue, kept, false).prepare(slot, run(0, 1000), null)
    expect(prepared).toEqual({ cached: 0, source: 'none' })
    expect(slot.tokens).toEqual([])
    expect(users()).toBe(0)
  })

  it('keeps nothing of a chat that was erased', async () => {
    const { kept, entries } = fakeKept()
    const slot = new FakeSlot(run(0, 900))
    slot.forgotten = true
    await createPrefixCache(queue, kept, false).prepare(slot, run(5000, 10), null)
    expect(entries).toEqual([])
    expect(slot.forgotten).toBe(false)
  })

  it('knows which slots would be dear to lose: long ones, as long as most of them is not kept', async () => {
    const { kept } = fakeKept()
    const cache = createPrefixCache(queue, kept, false)
    const slot = new FakeSlot(run(0, 900))
    expect(cache.isDear(new FakeSlot(run(0, 500)))).toBe(false)
    expect(cache.isDear(slot)).toBe(true)
    await cache.keepBeginning(slot)
    expect(cache.isDear(slot)).toBe(false)
    // A few more words are read again soon; a long answer is not.
    slot.tokens = run(0, 1100)
    expect(cache.isDear(slot)).toBe(false)
    slot.tokens = run(0, 2000)
    expect(cache.isDear(slot)).toBe(true)
    slot.forgotten = true
    expect(cache.isDear(slot)).toBe(false)
    expect(createPrefixCache(queue, null, false).isDear(new FakeSlot(run(0, 900)))).toBe(false)
  })

  it('does without when nothing is to be kept', async () => {
    const slot = new FakeSlot(run(0, 900))
    const prepared = await createPrefixCache<FakeSlot>(queue, null, false).prepare(slot, run(0, 700), null)
    expect(prepared).toEqual({ cached: 699, source: 'slot' })
  })
})
