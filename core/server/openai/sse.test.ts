import { describe, expect, it, vi } from 'vitest'
import { sseResponse } from './sse.ts'

async function* from(...texts: string[]) {
  yield* texts
}

describe('server-sent events', () => {
  it('are one data line and one blank line each', async () => {
    const response = sseResponse(from('{"a":1}', '[DONE]'), { onGone: () => {} })
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    expect(await response.text()).toBe('data: {"a":1}\n\ndata: [DONE]\n\n')
  })

  it('are made only as fast as they are read', async () => {
    let made = 0
    async function* endless() {
      for (;;) yield String(made++)
    }
    const reader = sseResponse(endless(), { onGone: () => {} }).body?.getReader()
    await reader?.read()
    await reader?.read()
    await new Promise((resolve) => setImmediate(resolve))
    expect(made).toBeLessThanOrEqual(3)
    await reader?.cancel()
  })

  it('tell that the client hung up', async () => {
    const onGone = vi.fn()
    await sseResponse(from('a', 'b'), { onGone }).body?.cancel()
    expect(onGone).toHaveBeenCalledOnce()
  })

  it('keep a silent connection alive with comments, losing nothing', async () => {
    let release = () => {}
    async function* slow() {
      await new Promise<void>((resolve) => {
        release = resolve
      })
      yield 'late'
    }
    const reader = sseResponse(slow(), { onGone: () => {}, keepAliveMs: 1 }).body?.getReader()
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
      const reader = sseResponse(from('a', 'b'), { onGone, stallMs: 50 }).body?.getReader()
      await reader?.read()
      await vi.advanceTimersByTimeAsync(60)
      expect(onGone).toHaveBeenCalledOnce()
    } finally {
      vi.useRealTimers()
    }
  })
})
