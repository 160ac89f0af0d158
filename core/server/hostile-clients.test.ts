import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
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

  it.each([
    ['no HTTP', 'nonsense\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a header too long', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
    [
      'two lengths',
      'POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      /^HTTP\/1\.1 400 /,
    ],
    ['a folded header', 'GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n', /^HTTP\/1\.1 /],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 400 /],
    [
      'a foreign URL',
      'GET http://evil.example/v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      /^HTTP\/1\.1 403 /,
    ],
    [
      'our URL under a foreign host',
      'GET http://localhost/v1/models HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
      /^HTTP\/1\.1 403 /,
    ],
    [
      'a foreign host',
      'GET /v1/models HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
      /^HTTP\/1\.1 403 /,
    ],
    ['a host that is none', 'GET /v1/models HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 40[03] /],
  ])('sends %s', async (_name, bytes, answer) => {
    const { port } = await started()
    const socket = connect(port, '127.0.0.1')
    let received = ''
    socket.on('data', (data) => (received += data.toString()))
    socket.on('error', () => {})
    socket.write(bytes)
    await vi.waitFor(() => expect(received).toMatch(answer))
    socket.destroy()
  })
})
