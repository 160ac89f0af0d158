import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createKeepAwake } from './keep-awake.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function awake(setting = true) {
  const state = { setting, held: false }
  const desktop = { keepAwake: vi.fn((on: boolean) => void (state.held = on)) }
  return { state, desktop, keepAwake: createKeepAwake({ desktop, enabled: () => state.setting }) }
}

/** Events that come when the test lets them. */
function slow() {
  let finish = () => {}
  const done = new Promise<void>((resolve) => (finish = resolve))
  async function* events() {
    yield 1
    await done
    yield 2
  }
  return { events: events(), finish: () => finish() }
}

async function readAll<T>(events: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const event of events) all.push(event)
  return all
}

describe('the computer', () => {
  it('is kept awake while something is answered, and a moment longer', async () => {
    const { state, desktop, keepAwake } = awake()
    const [first, second] = [slow(), slow()]
    const stream = keepAwake.during(first.events)
    expect(state.held).toBe(false)
    const one = readAll(stream)
    const two = keepAwake.until(readAll(second.events))
    expect(state.held).toBe(true)
    first.finish()
    expect(await one).toEqual([1, 2])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(state.held).toBe(true)
    second.finish()
    expect(await two).toEqual([1, 2])
    expect(state.held).toBe(true)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(state.held).toBe(false)
    expect(desktop.keepAwake.mock.calls).toEqual([[true], [false]])
  })

  it('is not let go between two answers that follow each other', async () => {
    const { desktop, keepAwake } = awake()
    for (let i = 0; i < 3; i++) {
      await keepAwake.until(Promise.resolve())
      await vi.advanceTimersByTimeAsync(4000)
    }
    expect(desktop.keepAwake.mock.calls).toEqual([[true]])
  })

  it('is let go when an answer fails, or is left', async () => {
    const { state, keepAwake } = awake()
    await expect(keepAwake.until(Promise.reject(new Error('no')))).rejects.toThrow('no')
    for await (const _ of keepAwake.during(slow().events)) break
    await vi.advanceTimersByTimeAsync(60_000)
    expect(state.held).toBe(false)
  })

  it('sleeps when it likes unless the setting says otherwise, which acts at once', async () => {
    const { state, desktop, keepAwake } = awake(false)
    const { events, finish } = slow()
    const all = readAll(keepAwake.during(events))
    expect(desktop.keepAwake).not.toHaveBeenCalled()
    state.setting = true
    keepAwake.settingChanged()
    expect(state.held).toBe(true)
    state.setting = false
    keepAwake.settingChanged()
    expect(state.held).toBe(false)
    finish()
    await all
    state.setting = true
    keepAwake.settingChanged()
    expect(state.held).toBe(false)
  })

  it('is left alone where there is no desktop', async () => {
    const keepAwake = createKeepAwake({ desktop: null, enabled: () => true })
    expect(await keepAwake.until(Promise.resolve(3))).toBe(3)
  })
})
