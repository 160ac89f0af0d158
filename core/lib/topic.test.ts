import { describe, expect, it } from 'vitest'
import { createTopic } from './topic.ts'

describe('a topic', () => {
  it('gives the value at once, and the newest one after many changes', async () => {
    let value = 1
    const topic = createTopic(() => value, 1)
    const watch = topic.watch()
    expect((await watch.next()).value).toBe(1)
    for (value = 2; value < 50; value++) topic.changed()
    expect((await watch.next()).value).toBe(50)
    await watch.return()
  })

  it('does not lose a change that comes while the watcher is busy', async () => {
    let value = 1
    const topic = createTopic(() => value, 1)
    const watch = topic.watch()
    await watch.next()
    const next = watch.next()
    value = 2
    topic.changed()
    expect((await next).value).toBe(2)
    await watch.return()
  })

  it('ends when the signal aborts, even while nothing changes', async () => {
    const controller = new AbortController()
    const watch = createTopic(() => 1, 1).watch(controller.signal)
    await watch.next()
    const next = watch.next()
    controller.abort()
    expect((await next).done).toBe(true)
  })
})
