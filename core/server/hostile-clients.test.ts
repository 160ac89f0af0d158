import { request as httpRequest } from 'node:http'
import { describe, expect, it, vi } from 'vitest'
import { endless, newest, started } from './listening.testing.ts'
import { chat, finish, prefill, text } from './server.testing.ts'

describe('a client that misbehaves', () => {
  it('stops the model when it hangs up before the answer', async () => {
    const stopped = vi.fn()
    const { url, server } = await started(endless(stopped))
    const controller = new AbortController()
    const pending = fetch(`${url}/v1/chat/completions`, { ...chat(), signal: controller.signal })
    await vi.waitFor(() => expect(newest(server)?.completionTokens).toBe(1))
    controller.abort()
    await expect(pending).rejects.toThrow()
    await vi.waitFor(() => expect(stopped).toHaveBeenCalled())
    expect(newest(server)).toMatchObject({ cancelled: true, status: 499 })
  })

  it('gets headers before the first token', async () => {
    const { url } = await started(async function* (_request, signal) {
      yield prefill
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
    })
    const controller = new AbortController()
    const response = await fetch(`${url}/v1/chat/completions`, { ...chat({ stream: true }), signal: controller.signal })
    expect(response.status).toBe(200)
    controller.abort()
  })

  it('that reads nothing holds back its own answer only', async () => {
    let made = 0
    const { port, url } = await started(async function* (_request, signal) {
      yield prefill
      while (!signal.aborted && made < 100_000) {
        made++
        yield text('x'.repeat(10_000))
      }
      yield finish()
    })
    const body = chat({ stream: true }).body
    const slow = httpRequest({ port, host: '127.0.0.1', method: 'POST', path: '/v1/chat/completions' })
    slow.on('error', () => {})
    slow.end(body)
    await new Promise<void>((resolve) => slow.on('response', (response) => resolve(void response.pause())))
    let before = -1
    await vi.waitFor(
      () => {
        const still = made === before
        before = made
        expect(still).toBe(true)
      },
      { interval: 100, timeout: 5000 },
    )
    // What sockets of both sides may hold, not the gigabyte that the model could write.
    expect(made * 10_000).toBeLessThan(20_000_000)
    expect((await fetch(`${url}/health`)).status).toBe(200)
    slow.destroy()
  })
})
