import { describe, expect, it, vi } from 'vitest'
import { EVENT_STREAM, JSON_LINES, jsonLine, serverSentEvent, textStream } from './text-stream.ts'

async function* from(...texts: string[]) {
  yield* texts
}

describe('server-sent events', () => {
  it('are one data line and one blank line each', async () => {
    const response = textStream(from(serverSentEvent('{"a":1}'), serverSentEvent('[DONE]')), {
      format: EVENT_STREAM,
      onGone: () => {},
    })
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    expect(await response.text()).toBe('data: {"a":1}\n\ndata: [DONE]\n\n')
  })

  it('are made only as fast as they are read', async () => {
    let made = 0
    async function* endless() {
      for (;;) yield String(made++)
    }
    const reader = textStream(endless(), { format: EVENT_STREAM, onGone: () => {} }).body?.getReader()
    await reader?.read()
    await reader?.read()
    await new Promise((resolve) => setImmediate(resolve))
    expect(made).toBeLessThanOrEqual(3)
    await reader?.cancel()
  })

  it('tell that the client hung up', async () => {
    const onGone = vi.fn()
    await textStream(from('a', 'b'), { format: EVENT_STREAM, onGone }).body?.cancel()
    expect(onGone).toHaveBeenCalledOnce()
  })

  it('end what makes them when the client hung up between two', async () => {
    const ended = vi.fn()
    async function* endless() {
      try {
        for (;;) yield 'a'
      } finally {
        ended()
      }
    }
    const reader = textStream(endless(), { format: EVENT_STREAM, onGone: () => {} }).body?.getReader()
    await reader?.read()
    await reader?.cancel()
    await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce())
  })

  it('keep a silent connection alive with comments, losing nothing', async () => {
    let release = () => {}
    async function* slow() {
      await new Promise<void>((resolve) => {
        release = resolve
      })
      yield serverSentEvent('late')
    }
    const reader = textStream(slow(), { format: EVENT_STREAM, onGone: () => {}, keepAliveMs: 1 }).body?.getReader()
    const first = await reader?.read()
    expect(new TextDecoder().decode(first?.value)).toMatch(/^: .*\n\n$/)
    release()
    let text = ''
    while (!text.includes('data: late')) text = new TextDecoder().decode((await reader?.read())?.value)
    expect(text).toBe('data: late\n\n')
  })

  it('give up on a client that never reads', async () => {
    vi.useFakeTimers()
    try {
      const onGone = vi.fn()
      const reader = textStream(from('a', 'b'), { format: EVENT_STREAM, onGone, stallMs: 50 }).body?.getReader()
      await reader?.read()
      await vi.advanceTimersByTimeAsync(60)
      expect(onGone).toHaveBeenCalledOnce()
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('JSON lines', () => {
  it('hold one object each, and nothing else while the model is silent', async () => {
    async function* slow() {
      await new Promise((resolve) => setTimeout(resolve, 20))
      yield jsonLine({ a: 1 })
      yield jsonLine({ done: true })
    }
    const response = textStream(slow(), { format: JSON_LINES, onGone: () => {}, keepAliveMs: 1 })
    expect(await response.text()).toBe('{"a":1}\n{"done":true}\n')
  })
})
