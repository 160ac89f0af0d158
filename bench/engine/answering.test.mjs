import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aggregate, cancel, cold, mixed, perToken, warm } from './answering.mjs'
import { decodeTps, stream } from './stream.mjs'

/** A server that reads a prompt in no time for each word and sends two tokens a piece; it hangs up on nobody. */
const server = createServer((request, response) => void answer(request, response))

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function answer(request, response) {
  let json = ''
  for await (const chunk of request) json += chunk
  const { messages, max_tokens: most } = JSON.parse(json)
  const words = messages
    .map((/** @type {{ content: string }} */ { content }) => content)
    .join(' ')
    .split(/\s+/).length
  const send = (/** @type {object} */ data) => response.write(`data: ${JSON.stringify(data)}\n\n`)
  await new Promise((done) => setTimeout(done, words / 40))
  for (let tokens = 0; tokens < most && !response.destroyed; tokens += 2) {
    send({ choices: [{ index: 0, delta: { content: 'a b ' } }] })
    await new Promise((done) => setTimeout(done, 1))
  }
  send({ choices: [], usage: { prompt_tokens: words, completion_tokens: most } })
  response.end('data: [DONE]\n\n')
}
const running = { base: '', model: 'm', endless: {}, pid: null, unload: null, stop: async () => {} }
let seed = 1
const course = {
  seed: () => seed++,
  words: (/** @type {number} */ tokens) => tokens,
  tokens: 20,
  undisturbedMs: new Map(),
}

describe('the cases of the engine', () => {
  beforeAll(async () => {
    await new Promise((done) => server.listen(0, '127.0.0.1', () => done(null)))
    const address = server.address()
    running.base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/v1`
  })
  afterAll(() => {
    server.close().closeAllConnections()
  })

  it('each measure what they name, as positive numbers', async () => {
    for (const measure of [cold, warm, aggregate, mixed, cancel]) {
      const values = Object.entries(await measure(running, course))
      expect(values.length, measure.name).toBeGreaterThan(0)
      for (const [name, value] of values) expect(value, `${measure.name}: ${name}`).toBeGreaterThan(0)
    }
  }, 60_000)

  it('count tokens by what the server says, not by pieces', async () => {
    const streamed = await stream(running, 'two at a time', 20)
    expect(streamed.completionTokens).toBe(20)
    expect(streamed.arrivals).toHaveLength(10)
    // Two tokens a piece: half of the time between pieces.
    const told = { ...streamed, arrivals: [10, 12, 14, 18], completionTokens: 7 }
    expect(decodeTps(told)).toBe(750)
    expect(perToken(told)).toEqual({ p50: 1, p90: 1, longest: 4 })
  })

  it('do not take a prompt that was cut for a fast one', async () => {
    const cut = { ...course, words: () => 100 }
    await expect(cold(running, cut)).rejects.toThrow(/read only/)
  })
})
