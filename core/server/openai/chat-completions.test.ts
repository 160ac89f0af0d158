import { describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../../shared/domain/errors.ts'
import type { GenerationRequestInput } from '../../../shared/domain/generation.ts'
import { chat, finish, prefill, type Script, testApp, text } from '../server.testing.ts'

const URL = '/v1/chat/completions'

/** The data of each event of a stream, parsed where it is JSON. */
async function framesOf(response: Response): Promise<unknown[]> {
  const events = (await response.text()).split('\n\n').filter((event) => event !== '')
  return events.map((event) => {
    expect(event).toMatch(/^data: /)
    const data = event.slice('data: '.length)
    return data === '[DONE]' ? data : (JSON.parse(data) as unknown)
  })
}

function failing(code: ErrorCode): Script {
  return async function* () {
    yield { type: 'error', choice: 0, error: { code, message: 'It broke.', suggestion: 'Mend it.' } }
  }
}

describe('a chat completion', () => {
  it('answers in one piece', async () => {
    const { ask, requests } = testApp()
    const response = await ask(URL, chat())
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      object: 'chat.completion',
      model: 'smollm2:135m',
      created: 1_700_000_000,
      choices: [{ index: 0, message: { role: 'assistant', content: 'Paris.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 12, completion_tokens: 2, total_tokens: 14 },
    })
    expect(requests.list()).toMatchObject([
      {
        method: 'POST',
        path: URL,
        model: 'smollm2:135m',
        status: 200,
        promptTokens: 12,
        completionTokens: 2,
        cancelled: false,
        error: null,
      },
    ])
  })

  it('answers as a stream that ends with [DONE]', async () => {
    const { ask, requests } = testApp()
    const response = await ask(URL, chat({ stream: true }))
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    const frames = await framesOf(response)
    expect(frames).toMatchObject([
      { choices: [{ delta: { role: 'assistant' }, finish_reason: null }] },
      { choices: [{ delta: { content: 'Par' } }] },
      { choices: [{ delta: { content: 'is.' } }] },
      { choices: [{ delta: {}, finish_reason: 'stop' }] },
      '[DONE]',
    ])
    expect(
      new Set(
        frames
          .slice(0, -1)
          .map((frame) =>
            JSON.stringify(Object.entries(frame as object).filter(([key]) => ['id', 'model', 'created'].includes(key))),
          ),
      ),
    ).toHaveLength(1)
    expect(requests.list()[0]).toMatchObject({ status: 200, completionTokens: 2 })
  })

  it('counts tokens in the stream only when asked', async () => {
    const { ask } = testApp()
    const asked = await framesOf(await ask(URL, chat({ stream: true, stream_options: { include_usage: true } })))
    expect(asked.at(-2)).toMatchObject({ choices: [], usage: { total_tokens: 14 } })
    expect(JSON.stringify(await framesOf(await ask(URL, chat({ stream: true }))))).not.toContain('usage')
  })

  it('gives n answers under their indexes, counting the prompt once', async () => {
    const { ask } = testApp()
    const response = await ask(URL, chat({ n: 3 }))
    expect(await response.json()).toMatchObject({
      choices: [{ index: 0 }, { index: 1 }, { index: 2 }],
      usage: { prompt_tokens: 12, completion_tokens: 6 },
    })
  })

  it('asks for the model by its own name, for a program of this machine, and repeats the name that was used', async () => {
    let seen: GenerationRequestInput | undefined
    const { ask } = testApp(async function* (request) {
      seen = request
      yield finish()
    })
    const response = await ask(URL, chat({ model: 'SMOLLM2:135M' }))
    expect(seen).toMatchObject({
      model: 'smollm2:135m',
      priority: 'api',
      actor: { door: 'http', access: 'remote', ownerId: 'local' },
    })
    expect(await response.json()).toMatchObject({ model: 'SMOLLM2:135M' })
  })

  it('takes a body that curl calls a form', async () => {
    const { ask } = testApp()
    const response = await ask(URL, { ...chat(), headers: { 'content-type': 'application/x-www-form-urlencoded' } })
    expect(response.status).toBe(200)
  })
})

describe('a chat completion that can not be', () => {
  it.each([
    ['no body', '', 400, null, null],
    ['no JSON', '{bad', 400, null, 'invalid_value'],
    ['no object', '[]', 400, null, 'invalid_value'],
    ['no model', '{"messages":[{"role":"user","content":"x"}]}', 400, 'model', 'invalid_value'],
    ['no messages', '{"model":"smollm2:135m"}', 400, 'messages', 'invalid_value'],
    [
      'an unknown model',
      '{"model":"nope","messages":[{"role":"user","content":"x"}]}',
      404,
      'model',
      'model_not_found',
    ],
    [
      'an embedding model',
      '{"model":"all-minilm","messages":[{"role":"user","content":"x"}]}',
      400,
      'model',
      'model_cannot_chat',
    ],
    [
      'a model whose file is gone',
      '{"model":"lost","messages":[{"role":"user","content":"x"}]}',
      404,
      null,
      'model_file_missing',
    ],
    [
      'audio',
      JSON.stringify({ model: 'smollm2:135m', messages: [], audio: {} }),
      400,
      'audio',
      'unsupported_parameter',
    ],
  ])('for %s is refused in the form of the API', async (_name, body, status, param, code) => {
    const { ask, requests } = testApp()
    const response = await ask(URL, { method: 'POST', body })
    expect(response.status).toBe(status)
    const { error } = (await response.json()) as { error: Record<string, unknown> }
    expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code'])
    expect(error['message']).toMatch(/\w+.*\.$/)
    expect(error['param']).toBe(param)
    if (code !== null) expect(error['code']).toBe(code)
    expect(requests.list()[0]).toMatchObject({ status, error: expect.stringMatching(/\w/) as string })
  })

  it.each([
    ['context_overflow', 400, 'context_length_exceeded'],
    ['queue_full', 503, 'queue_full'],
    ['engine_crashed', 500, 'engine_crashed'],
    ['model_load_failed', 500, 'model_load_failed'],
  ] as const)('because of %s has status %i, streamed or not', async (code, status, wire) => {
    const { ask, requests } = testApp(failing(code))
    for (const stream of [false, true]) {
      const response = await ask(URL, chat({ stream }))
      expect(response.status).toBe(status)
      expect(await response.json()).toMatchObject({ error: { message: 'It broke. Mend it.', code: wire } })
      expect(requests.list()[0]).toMatchObject({ status, error: 'It broke.' })
    }
  })

  it('fails in the middle of a stream with an error frame and without [DONE]', async () => {
    const { ask, requests } = testApp(async function* () {
      yield prefill
      yield text('Par')
      yield { type: 'error', choice: 0, error: { code: 'engine_crashed', message: 'It broke.' } }
    })
    const response = await ask(URL, chat({ stream: true }))
    expect(response.status).toBe(200)
    const frames = await framesOf(response)
    expect(frames.at(-1)).toEqual({
      error: { message: 'It broke.', type: 'server_error', param: null, code: 'engine_crashed' },
    })
    expect(requests.list()[0]).toMatchObject({ status: 200, error: 'It broke.', completionTokens: 1 })
  })

  it('does not pass off half an answer as a whole one', async () => {
    const half: Script = async function* () {
      yield prefill
      yield text('Par')
    }
    expect((await testApp(half).ask(URL, chat())).status).toBe(500)
    const frames = await framesOf(await testApp(half).ask(URL, chat({ stream: true })))
    expect(frames.at(-1)).toMatchObject({ error: { type: 'server_error' } })
  })

  it('answers an error that was thrown, not told', async () => {
    const { ask } = testApp(async function* () {
      yield prefill
      throw new Error('boom')
    })
    const response = await ask(URL, chat())
    expect(response.status).toBe(500)
    expect(response.headers.get('x-should-retry')).toBe('false')
  })
})

describe('the priority of a chat completion', () => {
  it.each([
    [{}, 'api'],
    [{ 'x-hearth-priority': 'batch' }, 'batch'],
    [{ 'X-Hearth-Priority': ' API ' }, 'api'],
  ])('with the headers %o is %s', async (headers, priority) => {
    let seen: GenerationRequestInput | undefined
    const { ask } = testApp(async function* (request) {
      seen = request
      yield finish()
    })
    await ask(URL, { ...chat(), headers })
    expect(seen?.priority).toBe(priority)
  })

  it('is never that of the person at the window', async () => {
    const response = await testApp().ask(URL, { ...chat(), headers: { 'x-hearth-priority': 'person' } })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { param: 'X-Hearth-Priority', code: 'invalid_value' } })
  })
})

describe('ending a chat completion', () => {
  const waiting: Script = async function* (_request, signal) {
    yield prefill
    yield text('Par')
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
    yield { type: 'error', choice: 0, error: { code: 'cancelled', message: 'Stopped.' } }
  }

  it('when the reader leaves stops the model and says so', async () => {
    let aborted = false
    const { ask, requests } = testApp(async function* (request, signal) {
      signal.addEventListener('abort', () => (aborted = true))
      yield* waiting(request, signal)
    })
    const reader = (await ask(URL, chat({ stream: true }))).body?.getReader()
    await reader?.read()
    await reader?.cancel()
    expect(aborted).toBe(true)
    expect(requests.list()[0]).toMatchObject({ status: 499, cancelled: true })
  })

  it('when the server stops tells the client with a last frame', async () => {
    const { ask, jobs } = testApp(waiting)
    const response = await ask(URL, chat({ stream: true }))
    const frames = framesOf(response)
    jobs.stopAll()
    expect((await frames).at(-1)).toMatchObject({
      error: { type: 'server_error', message: expect.stringMatching(/server was stopped/) as string },
    })
  })

  it('when the server stops gives a status where it still can', async () => {
    const { ask, jobs } = testApp(waiting)
    const response = ask(URL, chat())
    await new Promise((resolve) => setImmediate(resolve))
    jobs.stopAll()
    expect((await response).status).toBe(503)
  })
})
