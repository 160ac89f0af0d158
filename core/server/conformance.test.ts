import { describe, expect, it } from 'vitest'
import { AppError, ErrorCode } from '../../shared/domain/errors.ts'
import type { GenerationEvent } from '../../shared/domain/generation.ts'
import { loadedFixture } from '../../shared/domain/loaded-model.testing.ts'
import { conform, type Received, type Sent } from './conformance.testing.ts'
import type { ServerDeps } from './deps.ts'
import { statusOf } from './errors.ts'
import { finish, paris, prefill, type Script, testApp, text } from './server.testing.ts'

const model = 'smollm2:135m'
const messages = [{ role: 'user', content: 'Capital of France?' }]

/** The ways in which answers are asked for. Each of them can stream. */
const APIS: Record<string, object> = {
  '/v1/chat/completions': { messages, stream_options: { include_usage: true } },
  '/v1/completions': { prompt: 'Once' },
  '/v1/responses': { input: 'Capital of France?' },
  '/v1/messages': { messages, max_tokens: 50 },
  '/api/chat': { messages },
  '/api/generate': { prompt: 'Capital of France?' },
  '/api/v0/chat/completions': { messages },
  '/api/v0/completions': { prompt: 'Once', stream_options: { include_usage: true } },
  '/api/v1/chat': { input: 'Capital of France?' },
}

const thought = (words: string): GenerationEvent => ({ type: 'reasoning', choice: 0, text: words, tokens: 1 })
const call = (index: number, id: string, name?: string, argumentsDelta?: string): GenerationEvent => ({
  type: 'toolCall',
  choice: 0,
  index,
  id,
  ...(name === undefined ? {} : { name }),
  ...(argumentsDelta === undefined ? {} : { argumentsDelta }),
})
const crash: GenerationEvent = { type: 'error', choice: 0, error: { code: 'engine_crashed', message: 'It crashed.' } }
const token = { token: 'Par', bytes: [80, 97, 114], logprob: -0.1 }

function script(...events: GenerationEvent[]): Script {
  return async function* () {
    yield* events
  }
}

const SCRIPTS: Record<string, Script> = {
  'a text': paris,
  'a text after a load and a queue': script(
    { type: 'queued', choice: 0, position: 1 },
    { type: 'loading', choice: 0, progress: 0 },
    { type: 'loading', choice: 0, progress: 1 },
    { type: 'prefill', choice: 0, done: 0, total: 12, cached: 0 },
    { type: 'prefill', choice: 0, done: 12, total: 12, cached: 4 },
    text('Paris.'),
    { ...finish(), timings: { queueMs: 5, loadMs: 7, ttftMs: 20, prefillTps: 900, decodeTps: 50 } } as GenerationEvent, // a finish event
  ),
  'thoughts and a text': script(prefill, thought('Hm'), thought('.'), text('Paris.'), finish()),
  'thoughts alone': script(prefill, thought('Hm.'), finish()),
  'text between thoughts': script(prefill, text('Well.'), thought('Hm.'), text('Paris.'), finish()),
  'calls in pieces, two of them, after a text': script(
    prefill,
    text('Let me see.'),
    call(0, 'a', 'weather'),
    call(0, 'a', undefined, '{"city":'),
    call(0, 'a', undefined, '"Rome"}'),
    call(1, 'b', 'weather', '{"city":"Oslo"}'),
    { ...finish(), reason: 'toolCalls' } as GenerationEvent, // a finish event
  ),
  'a call without arguments': script(prefill, call(0, 'a', 'now'), {
    ...finish(),
    reason: 'toolCalls',
  } as GenerationEvent), // a finish event
  'probabilities, one of a token without a text yet': script(
    prefill,
    { type: 'text', choice: 0, text: 'Par', tokens: 1, logprobs: [{ ...token, top: [token] }] },
    { type: 'text', choice: 0, text: '', tokens: 1, logprobs: [{ ...token, top: [] }] },
    finish(),
  ),
  'an answer that was cut off': script(prefill, text('Par'), { ...finish(), reason: 'length' } as GenerationEvent), // a finish event
  'thoughts that were cut off': script(prefill, thought('Hm'), { ...finish(), reason: 'length' } as GenerationEvent), // a finish event
  'nothing at all': script(prefill, finish(0, 0)),
  'nothing measured': script({
    ...finish(0, 0),
    timings: { queueMs: 0, loadMs: 0, ttftMs: null, prefillTps: null, decodeTps: null },
  } as GenerationEvent), // a finish event
  'an error at once': script(crash),
  'an error before a text': script(prefill, crash),
  'an error in a text': script(prefill, text('Par'), crash),
  'an error in thoughts': script(prefill, thought('Hm'), crash),
  'an error in a call': script(prefill, call(0, 'a', 'weather', '{"ci'), crash),
  'an end before the end': script(prefill, text('Par')),
}

/** Errors that no answer of a model has. */
const ofDownloads = (code: ErrorCode) => [409, 502].includes(statusOf({ code, message: '' }))

const post = (app: ReturnType<typeof testApp>, path: string, body: object) =>
  app.ask(path, { method: 'POST', body: JSON.stringify({ model, ...body }) })

describe('every API conforms to its reference', () => {
  describe.each(Object.keys(APIS))('POST %s', (path) => {
    // Who goes on with a text has no tools.
    const told = Object.keys(SCRIPTS).filter(
      (name) => !(path.endsWith('/completions') && !/chat/.test(path) && /call/.test(name)),
    )
    it.each(told)('with %s, whole and streamed', async (name) => {
      for (const stream of [false, true]) {
        const response = await post(testApp(SCRIPTS[name]), path, { ...APIS[path], stream })
        expect((await response.text()).length).toBeGreaterThan(0)
      }
    })

    it('where the client leaves', async () => {
      const endless: Script = async function* (_, signal) {
        yield prefill
        while (!signal.aborted) yield text('and ')
      }
      const response = await post(testApp(endless), path, { ...APIS[path], stream: true })
      const reader = response.body?.getReader()
      for (let pieces = 0; pieces < 8; pieces++) await reader?.read()
      await expect(reader?.cancel()).resolves.toBeUndefined()
    })

    it('where the server stops', async () => {
      const waiting: Script = async function* (_, signal) {
        yield prefill
        yield text('Par')
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        yield { type: 'error', choice: 0, error: { code: 'cancelled', message: 'Stopped.' } }
      }
      const app = testApp(waiting)
      const response = await post(app, path, { ...APIS[path], stream: true })
      setTimeout(() => app.jobs.stopAll(), 20)
      expect(await response.text()).toContain('The server was stopped')
    })
  })

  it.each(['/v1/chat/completions', '/v1/messages', '/api/chat', '/api/v1/chat'])(
    'for every error of %s',
    async (path) => {
      for (const code of ErrorCode.options.filter((one) => !ofDownloads(one))) {
        const error: GenerationEvent = { type: 'error', choice: 0, error: { code, message: 'It did not work.' } }
        const response = await post(testApp(script(error)), path, { ...APIS[path], stream: true })
        expect(response.status, code).toBeGreaterThanOrEqual(400)
      }
    },
  )

  it.each(ErrorCode.options.filter(ofDownloads))('for the error %s of a download', async (code) => {
    const pull: ServerDeps['pull'] = async function* (name) {
      yield { type: 'resolving', name }
      throw new AppError({ code, message: 'It did not work.' })
    }
    expect((await post(testApp(paris, { pull }), '/api/pull', {})).status).toBeGreaterThanOrEqual(400)
  })

  it.each(['/v1/chat/completions', '/v1/completions', '/api/v0/chat/completions'])(
    'with two choices at %s',
    async (path) => {
      for (const stream of [false, true]) {
        const response = await post(testApp(), path, { ...APIS[path], n: 2, stream })
        expect(await response.text()).toContain('"index":1')
      }
    },
  )

  it('with everything that a response repeats', async () => {
    const parameters = { type: 'object', properties: { city: { type: 'string' } } }
    const asked = {
      input: 'Weather?',
      instructions: 'Be brief.',
      metadata: { a: 'b' },
      reasoning: { effort: 'low' },
      temperature: 0.5,
      top_p: 0.9,
      max_output_tokens: 50,
      tools: [{ type: 'function', name: 'weather', parameters }],
      tool_choice: { type: 'function', name: 'weather' },
      parallel_tool_calls: false,
      truncation: 'auto',
      text: { format: { type: 'json_schema', name: 'city', schema: parameters, strict: true } },
    }
    const response = await (await post(testApp(), '/v1/responses', asked)).json()
    expect(response).toMatchObject({ text: asked.text, tools: [{ name: 'weather' }], metadata: { a: 'b' } })
  })

  it('in what is no answer of a model', async () => {
    const loaded = testApp(paris, { loadedModels: () => [loadedFixture({ model })] })
    for (const path of ['/api/ps', '/api/tags', '/v1/models', '/api/v0/models', '/api/v1/models', '/api/version']) {
      expect((await loaded.ask(path)).status, path).toBe(200)
    }
    for (const path of ['/health', '/api/health', '/metrics', '/openapi.json', '/docs']) {
      const response = await loaded.ask(path)
      expect((await response.text()).length, path).toBeGreaterThan(10)
    }
    const bodies: [string, object][] = [
      ['/api/show', {}],
      ['/api/embed', { input: ['Cat', 'Dog'] }],
      ['/api/embeddings', { prompt: 'Cat' }],
      ['/v1/embeddings', { input: 'Cat' }],
      ['/v1/embeddings', { input: 'Cat', encoding_format: 'float' }],
      ['/v1/rerank', { query: 'Where?', documents: ['Here', 'There'], return_documents: true }],
      ['/tokenize', { prompt: 'Cat', return_token_strs: true }],
      ['/detokenize', { tokens: [67] }],
      ['/reasoning', { prompt: '17 times 3?', task_type: 'math' }],
      ['/v1/messages/count_tokens', { messages }],
      ['/api/v1/models/load', { echo_load_config: true }],
      ['/api/chat', {}],
      ['/api/generate', { keep_alive: 0 }],
      ['/api/copy', { source: model, destination: 'mine' }],
      ['/api/create', { from: model, stream: false }],
      ['/api/pull', { stream: false }],
    ]
    for (const [path, body] of bodies) expect((await post(loaded, path, body)).status, path).toBe(200)
  })
})

describe('what does not conform is found out', () => {
  const head = { id: 'c', created: 1, model }
  const chunk = (delta: object, finish_reason: string | null = null, more: object = {}) => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    ...more,
  })
  const role = chunk({ role: 'assistant', content: '' })
  const words = chunk({ content: 'Paris.' })
  const end = chunk({}, 'stop')
  const usage = {
    prompt_tokens: 1,
    completion_tokens: 1,
    total_tokens: 2,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  }
  const named = (calls: object) => chunk({ tool_calls: [calls] })
  const begun = { index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }

  const stream = (events: (object | string)[]) =>
    events.map((one) => `data: ${typeof one === 'string' ? one : JSON.stringify(one)}\n\n`).join('')
  const events = (all: { type: string }[]) =>
    all.map((one) => `event: ${one.type}\ndata: ${JSON.stringify(one)}\n\n`).join('')
  const lines = (all: object[]) => all.map((one) => `${JSON.stringify(one)}\n`).join('')

  function hold(path: string, body: string, contentType: string, request: object = {}, isWhole = true): void {
    const sent: Sent = { method: 'POST', path, body: JSON.stringify({ model, ...APIS[path], ...request }) }
    const received: Received = { status: 200, contentType, body, isWhole }
    conform(sent, received)
  }
  const SSE = 'text/event-stream; charset=utf-8'
  const plain = { stream_options: undefined }

  const failure = { error: { message: 'x', type: 'server_error', param: null, code: null } }

  it.each<[string, (object | string)[], boolean]>([
    ['a whole stream', [role, words, end, '[DONE]'], true],
    ['one that was left', [role, words], false],
    ['one that broke off', [role, failure], true],
  ])('but not %s', (_, all, isWhole) => {
    expect(() => hold('/v1/chat/completions', stream(all), SSE, plain, isWhole)).not.toThrow()
  })

  it.each<[string, (object | string)[], RegExp]>([
    ['no end', [role, words, end], /ends with nothing/],
    ['no finish_reason', [role, words, '[DONE]'], /0 choices have a finish_reason/],
    ['no role', [words, end, '[DONE]'], /role/],
    ['a role twice', [role, role, end, '[DONE]'], /role/],
    ['a text with the finish_reason', [role, chunk({ content: 'x' }, 'stop'), '[DONE]'], /not empty/],
    ['a text after the end', [role, end, words, '[DONE]'], /goes on after its end/],
    ['another id', [role, { ...words, id: 'd' }, end, '[DONE]'], /not the same/],
    ['a foreign field', [role, { ...words, extra: 1 }, end, '[DONE]'], /extra/],
    ['counts unasked', [role, words, end, { ...end, choices: [], usage }, '[DONE]'], /unasked/],
    ['a call without its index', [role, named({ ...begun, index: undefined }), end, '[DONE]'], /not its form/],
    ['a call that is named twice', [role, named(begun), named(begun), end, '[DONE]'], /named/],
    ['a call that is never named', [role, named({ index: 0, function: { arguments: '' } }), end, '[DONE]'], /named/],
    ['an error and [DONE]', [role, failure, '[DONE]'], /follows an error/],
    ['something after [DONE]', [role, end, '[DONE]', end], /follows the end/],
  ])('in chats: %s', (_, all, message) => {
    expect(() => hold('/v1/chat/completions', stream(all), SSE, plain)).toThrow(message)
  })

  it('in chats: counts that were asked for and are missing', () => {
    const asked = { stream_options: { include_usage: true } }
    const all = [role, words, end].map((one) => ({ ...one, usage: null }))
    expect(() => hold('/v1/chat/completions', stream([...all, '[DONE]']), SSE, asked)).toThrow(/missing/)
  })

  it('in responses, messages and chats of LM Studio: each event that is left out, doubled or moved', async () => {
    const rich = SCRIPTS['calls in pieces, two of them, after a text'] ?? paris
    const thinking = SCRIPTS['thoughts and a text'] ?? paris
    for (const [path, told] of [
      ['/v1/responses', rich],
      ['/v1/responses', thinking],
      ['/v1/messages', rich],
      ['/v1/messages', thinking],
      ['/api/v1/chat', thinking],
    ] as const) {
      const response = await post(testApp(told), path, { ...APIS[path], stream: true })
      const all = [...(await response.text()).matchAll(/^data: (.*)$/gm)].map(
        ([, data = '']) => JSON.parse(data) as { type: string },
      )
      hold(path, events(all), SSE)
      for (const [at, event] of all.entries()) {
        // Deltas may come in any number, and so may what shows that something moves, anywhere.
        if (/delta|ping|progress/.test(event.type)) continue
        const what = `${path} ${event.type}`
        expect(() => hold(path, events(all.toSpliced(at, 1)), SSE), `${what} left out`).toThrow()
        expect(() => hold(path, events(all.toSpliced(at, 0, event)), SSE), `${what} twice`).toThrow()
        const next = all[at + 1]
        if (next !== undefined && next.type !== 'ping')
          expect(() => hold(path, events(all.toSpliced(at, 2, next, event)), SSE), `${what} too late`).toThrow()
        expect(() => hold(path, events(all.with(at, { ...event, extra: 1 } as { type: string })), SSE), what).toThrow()
      }
    }
  })

  it('in lines: no end, two of them, something after an error', async () => {
    for (const path of ['/api/chat', '/api/generate']) {
      const body = await (await post(testApp(), path, APIS[path] ?? {})).text()
      const all = body
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object)
      const check = (changed: object[]) => () => hold(path, lines(changed), 'application/x-ndjson')
      check(all)()
      expect(check(all.slice(0, -1))).toThrow(/last/)
      expect(check([...all, ...all.slice(-1)])).toThrow(/follows/)
      expect(check([{ error: 'x' }, ...all])).toThrow(/error/)
      expect(check(all.with(0, { ...all[0], model: 'other' }))).toThrow(/model/)
      expect(check(all.with(0, { ...all[0], total_duration: 0 }))).toThrow(/form/)
    }
  })

  it('in statuses, types and requests', () => {
    const sent: Sent = { method: 'GET', path: '/api/version' }
    const version: Received = {
      status: 200,
      contentType: 'application/json',
      body: '{"version":"1.0.0"}',
      isWhole: true,
    }
    conform(sent, version)
    expect(() => conform(sent, { ...version, body: '{"version":"v1.0"}' })).toThrow(/form/)
    expect(() => conform(sent, { ...version, status: 201 })).toThrow(/status/)
    expect(() => conform(sent, { ...version, contentType: 'text/plain' })).toThrow(/type/)
    expect(() => conform(sent, { ...version, status: 409, body: '{"error":"x"}' })).toThrow(/status/)
    expect(() => conform(sent, { ...version, status: 500, body: '{"error":{"message":"x"}}' })).toThrow(/form/)
    const accepted = () => hold('/api/copy', '', 'text/plain', { source: 5 })
    expect(accepted).toThrow(/`source` is not valid/)
  })
})
