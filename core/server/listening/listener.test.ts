import { type ClientRequest, request as httpRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { cleanUps } from '../listening.testing.ts'
import { listen } from './listener.ts'

/** Answers with what was sent, once all of it is there. */
async function echo() {
  const listener = await listen({
    host: '127.0.0.1',
    port: 0,
    certificate: null,
    patience: { headersMs: 100, requestMs: 100, lookEveryMs: 20 },
    onUpgrade: () => {},
    onRequest(request, response) {
      text(request).then(
        (body) => response.end(body),
        () => {},
      )
    },
  })
  cleanUps.push(() => listener.close())
  const begin = (path: string): { asking: ClientRequest; answered: Promise<{ status?: number; body: string }> } => {
    const asking = httpRequest({ port: listener.port, host: '127.0.0.1', method: 'POST', path })
    const answered = new Promise<{ status?: number; body: string }>((resolve, reject) => {
      asking.on('error', reject)
      asking.on('response', (response) => {
        const { statusCode: status } = response
        text(response).then((body) => resolve({ ...(status === undefined ? {} : { status }), body }), reject)
      })
    })
    asking.write('half')
    return { asking, answered }
  }
  return begin
}

describe('a request that does not arrive', () => {
  it('is given up after a while, unless it is a file that is sent', async () => {
    const begin = await echo()
    const upload = begin('/api/blobs/sha256:x')
    const slow = await begin('/v1/chat/completions').answered
    expect(slow.status).toBe(408)
    upload.asking.end(' and half')
    expect(await upload.answered).toEqual({ status: 200, body: 'half and half' })
  })
})
