import { describe, expect, it, vi } from 'vitest'
import { AppError } from '../../../shared/domain/errors.ts'
import type { PullEvent } from '../../../shared/domain/downloads.ts'
import type { GenerationRequestInput } from '../../../shared/domain/generation.ts'
import type { ServerDeps } from '../deps.ts'
import { finish, model, paris, prefill, type Script, scriptedDeps, testApp, text } from '../server.testing.ts'

const question = { model: 'smollm2:135m', messages: [{ role: 'user', content: 'Capital of France?' }] }

function post(app: ReturnType<typeof testApp>, path: string, body: unknown): Promise<Response> {
  return app.ask(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) })
}

async function lines(response: Response): Promise<Record<string, unknown>[]> {
  const all = (await response.text()).split('\n')
  expect(all.at(-1)).toBe('')
  // Each is what the server wrote.
  return all.slice(0, -1).map((line) => JSON.parse(line) as Record<string, unknown>)
}

/** What a request becomes on its way to the engine. */
async function asked(path: string, body: object): Promise<GenerationRequestInput> {
  let seen: GenerationRequestInput | null = null
  const script: Script = async function* (request) {
    seen = request
    yield prefill
    yield finish()
  }
  const response = await post(testApp(script), path, body)
  expect(response.status, await response.text()).toBe(200)
  if (seen === null) throw new Error('Nothing was asked.')
  return seen
}

describe('POST /api/chat', () => {
  it('streams objects, one a line, the last of which is done and has the counts', async () => {
    const response = await post(testApp(), '/api/chat', question)
    expect(response.headers.get('content-type')).toBe('application/x-ndjson')
    const all = await lines(response)
    const head = { model: 'smollm2:135m', created_at: '2023-11-14T22:13:20.000Z' }
    expect(all.slice(0, -1)).toEqual([
      { ...head, message: { role: 'assistant', content: 'Par' }, done: false },
      { ...head, message: { role: 'assistant', content: 'is.' }, done: false },
    ])
    expect(all.at(-1)).toMatchObject({
      ...head,
      message: { role: 'assistant', content: '' },
      done: true,
      done_reason: 'stop',
      prompt_eval_count: 12,
      eval_count: 2,
      eval_duration: 10_000_000,
      prompt_eval_duration: 12_000_000,
    })
    expect(all.at(-1)).not.toHaveProperty('load_duration')
  })

  it('answers in one piece where that is asked for', async () => {
    const response = await post(testApp(), '/api/chat', { ...question, stream: false })
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(await response.json()).toMatchObject({
      message: { role: 'assistant', content: 'Paris.' },
      done: true,
      eval_count: 2,
    })
  })

  it('tells calls whole, with their arguments as an object, and thoughts apart', async () => {
    const script: Script = async function* () {
      yield { type: 'reasoning', choice: 0, text: 'Hm.', tokens: 1 }
      yield { type: 'toolCall', choice: 0, index: 0, id: 'a', name: 'weather', argumentsDelta: '{"city":' }
      yield { type: 'toolCall', choice: 0, index: 0, id: 'a', argumentsDelta: '"Oslo"}' }
      yield { type: 'toolCall', choice: 0, index: 1, id: 'b', name: 'time', argumentsDelta: '{}' }
      yield { ...finish(), reason: 'toolCalls' }
    }
    const calls = [
      { id: 'a', function: { index: 0, name: 'weather', arguments: { city: 'Oslo' } } },
      { id: 'b', function: { index: 1, name: 'time', arguments: {} } },
    ]
    const streamed = await lines(await post(testApp(script), '/api/chat', question))
    expect(streamed.slice(0, -1).map(({ message }) => message)).toEqual([
      { role: 'assistant', content: '', thinking: 'Hm.' },
      { role: 'assistant', content: '', tool_calls: [calls[0]] },
      { role: 'assistant', content: '', tool_calls: [calls[1]] },
    ])
    expect(streamed.at(-1)).toMatchObject({ done: true, done_reason: 'stop' })
    const whole = await post(testApp(script), '/api/chat', { ...question, stream: false })
    expect(await whole.json()).toMatchObject({ message: { content: '', thinking: 'Hm.', tool_calls: calls } })
  })

  it('obeys options, then what the model has, then the defaults of this API', async () => {
    const options = {
      temperature: 0.1,
      top_k: 5,
      num_predict: 7,
      num_ctx: 999,
      seed: 3,
      stop: ['x'],
      repeat_last_n: -1,
    }
    const request = await asked('/api/chat', { ...question, options: { ...options, num_gpu: 1 }, keep_alive: '1m' })
    expect(request).toMatchObject({
      sampling: { temperature: 0.1, topK: 5, topP: 0.9, seed: 3, repeatPenalty: 1, repeatLastN: 1_000_000 },
      maxTokens: 7,
      contextLength: 999,
      stop: ['x'],
      keepAliveSeconds: 60,
      truncate: true,
      priority: 'api',
    })
  })

  it.each([
    [{ format: 'json' }, { constraint: { kind: 'json' } }],
    [{ format: { type: 'object' } }, { constraint: { kind: 'schema', schema: { type: 'object' } } }],
    [{ think: false }, { reasoning: { mode: 'off' } }],
    [{ think: 'low' }, { reasoning: { mode: 'on', budgetTokens: 1024 } }],
    [{ shift: false }, { truncate: false }],
    [{ top_logprobs: 2 }, { logprobs: { top: 2 } }],
    [{ options: { num_predict: -1, seed: -1, top_p: 0 } }, { sampling: { topK: 1 } }],
    [{ tools: [{ type: 'function', function: { name: 'f' } }] }, { tools: [{ name: 'f' }] }],
  ])('turns %j into %j', async (more, expected) => {
    expect(await asked('/api/chat', { ...question, ...more })).toMatchObject(expected)
  })

  it('finds for the answer of a tool the call that it belongs to', async () => {
    const call = (name: string) => ({ function: { name, arguments: { a: 1 } } })
    const messages = [
      ...question.messages,
      { role: 'assistant', content: '', tool_calls: [call('one'), call('two')] },
      { role: 'tool', tool_name: 'two', content: '2' },
      { role: 'tool', content: '1' },
    ]
    const { input } = await asked('/api/chat', { ...question, messages })
    if (input.kind !== 'messages') throw new Error('No messages.')
    const ids = input.messages[1]?.toolCalls?.map(({ id }) => id) ?? []
    expect(new Set(ids).size).toBe(2)
    expect(input.messages.slice(2)).toEqual([
      { role: 'tool', toolCallId: ids[1], content: '2' },
      { role: 'tool', toolCallId: ids[0], content: '1' },
    ])
  })

  it('loads a model that is asked nothing, and unloads it with a keep_alive of 0', async () => {
    const load = vi.fn<ServerDeps['load']>(async () => {})
    const unload = vi.fn<ServerDeps['unload']>(async () => {})
    const app = testApp(paris, { load, unload })
    expect(await (await post(app, '/api/chat', { model: 'smollm2:135m' })).json()).toMatchObject({
      done_reason: 'load',
    })
    expect(load.mock.calls[0]?.[0].name).toBe('smollm2:135m')
    const gone = await post(app, '/api/generate', { model: 'smollm2:135m', keep_alive: 0 })
    expect(await gone.json()).toMatchObject({ done: true, done_reason: 'unload', response: '' })
    expect(unload).toHaveBeenCalledWith('smollm2:135m')
  })

  it('tells what goes wrong later in a line of its own', async () => {
    const script: Script = async function* () {
      yield prefill
      yield text('Par')
      yield { type: 'error', choice: 0, error: { code: 'engine_crashed', message: 'It crashed.' } }
    }
    const all = await lines(await post(testApp(script), '/api/chat', question))
    expect(all.at(-1)).toEqual({ error: 'It crashed.' })
  })

  it.each([
    ['', 400, /no body|missing request body/],
    ['{"model":', 400, /JSON/],
    [{ messages: question.messages }, 400, /^model is required$/],
    [{ ...question, model: 'nope' }, 404, /^model 'nope' not found$/],
    [{ ...question, messages: [{ role: 'user', content: 'x', images: ['aGk='] }] }, 400, /messages\[0\]\.images/],
    [{ ...question, think: 'much' }, 400, /think/],
    [{ ...question, format: 7 }, 400, /format/],
    [{ ...question, top_logprobs: 21 }, 400, /top_logprobs/],
    [{ ...question, options: { temperature: 'hot' } }, 400, /temperature/],
    [{ ...question, options: { typical_p: 0.5 } }, 400, /typical_p/],
    [{ ...question, keep_alive: 'soon' }, 400, /keep_alive/],
  ])('refuses %j with %i', async (body, status, message) => {
    const response = await post(testApp(), '/api/chat', body)
    expect(response.status).toBe(status)
    const { error } = (await response.json()) as { error: string } // the form of this API
    expect(error).toMatch(message)
  })
})

describe('POST /api/generate', () => {
  it('answers a prompt, and goes on from the context that it returned', async () => {
    const seen: GenerationRequestInput[] = []
    const script: Script = (request, signal) => {
      seen.push(request)
      return paris(request, signal)
    }
    const app = testApp(script)
    const body = { model: 'smollm2:135m', prompt: 'Capital of France?', system: 'Be brief.', stream: false }
    const first = (await (await post(app, '/api/generate', body)).json()) as { response: string; context: number[] } // ours
    expect(first.response).toBe('Paris.')
    await post(app, '/api/generate', {
      model: 'smollm2:135m',
      prompt: 'And of Spain?',
      context: first.context,
      stream: false,
    })
    expect(seen[1]?.input).toEqual({
      kind: 'messages',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Capital of France?' },
        { role: 'assistant', content: 'Paris.' },
        { role: 'user', content: 'And of Spain?' },
      ],
    })
  })

  it('gives a raw prompt to the model as it stands, and one with a suffix as a gap', async () => {
    const raw = { model: 'smollm2:135m', prompt: 'Once', raw: true }
    expect((await asked('/api/generate', raw)).input).toEqual({ kind: 'prompt', prompt: 'Once' })
    const gap = { model: 'smollm2:135m', prompt: 'a', suffix: 'c' }
    expect((await asked('/api/generate', gap)).input).toEqual({ kind: 'infill', prefix: 'a', suffix: 'c' })
    expect(await lines(await post(testApp(), '/api/generate', raw))).not.toContainEqual(
      expect.objectContaining({ context: expect.anything() }),
    )
  })

  it('takes a template for one request', async () => {
    const { goTemplate, input } = await asked('/api/generate', {
      model: 'smollm2:135m',
      prompt: 'Hi',
      system: 'Be brief.',
      template: '{{ .System }} {{ .Prompt }}',
    })
    expect(goTemplate).toBe('{{ .System }} {{ .Prompt }}')
    expect(input).toMatchObject({ kind: 'messages', messages: [{ role: 'system' }, { role: 'user', content: 'Hi' }] })
    expect((await asked('/api/generate', { model: 'smollm2:135m', prompt: 'Hi' })).goTemplate).toBeUndefined()
  })

  it('says in the words of this API that a model fills no gaps', async () => {
    const script: Script = async function* () {
      const data = { parameter: 'infill' }
      yield { type: 'error', choice: 0, error: { code: 'unsupported_parameter', message: 'It can not.', data } }
    }
    const response = await post(testApp(script), '/api/generate', { model: 'smollm2:135m', prompt: 'a', suffix: 'c' })
    expect([response.status, await response.json()]).toEqual([400, { error: '"smollm2:135m" does not support insert' }])
  })

  it.each([
    [{ prompt: 'x' }, 404, /^model '' not found$/],
    [{ model: 'smollm2:135m', prompt: 'x', raw: true, system: 'y' }, 400, /raw/],
    [{ model: 'smollm2:135m', prompt: 'x', raw: true, template: '{{ .Prompt }}' }, 400, /raw mode does not support/],
    [{ model: 'smollm2:135m', prompt: 'x', suffix: 'y', template: '{{ .Prompt }}' }, 400, /suffix/],
    [{ model: 'smollm2:135m', prompt: 'x', template: 'x'.repeat(200_001) }, 400, /template/],
    [{ model: 'smollm2:135m', prompt: 'x', context: [1, 2, 3] }, 400, /context/],
    [{ model: 'smollm2:135m', prompt: 'x', images: ['aGk='] }, 400, /images/],
    [{ model: 'all-minilm', prompt: 'x', stream: false }, 400, /vectors/],
  ])('refuses %j with %i', async (body, status, message) => {
    const script: Script = async function* () {
      yield { type: 'error', choice: 0, error: { code: 'model_cannot_chat', message: 'It makes vectors.' } }
    }
    const response = await post(testApp(script), '/api/generate', body)
    expect(response.status).toBe(status)
    expect(((await response.json()) as { error: string }).error).toMatch(message) // the form of this API
  })
})

describe('vectors', () => {
  it('come for one text or many, cut to fewer numbers where that is asked for', async () => {
    const one = await post(testApp(), '/api/embed', { model: 'all-minilm', input: 'Cat' })
    expect(await one.json()).toMatchObject({ model: 'all-minilm', embeddings: [[0.6, -0.8]], prompt_eval_count: 3 })
    const two = await post(testApp(), '/api/embed', { model: 'all-minilm', input: ['Cat', 'Dog'], dimensions: 1 })
    expect(await two.json()).toMatchObject({ embeddings: [[1], [1]] })
    const none = await post(testApp(), '/api/embed', { model: 'all-minilm', input: [] })
    expect(await none.json()).toEqual({ model: 'all-minilm', embeddings: [] })
    const older = await post(testApp(), '/api/embeddings', { model: 'all-minilm', prompt: 'Cat' })
    expect(await older.json()).toEqual({ embedding: [0.6, -0.8] })
  })

  it('say that a text is too long in the words that clients look for', async () => {
    const embed = async () => {
      throw new AppError({ code: 'context_overflow', message: 'Too long.' })
    }
    const response = await post(testApp(paris, { embed }), '/api/embed', {
      model: 'all-minilm',
      input: 'x',
      truncate: false,
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ error: 'the input length exceeds the context length' })
  })
})

describe('models', () => {
  it('are listed with a tag, and without those whose file is gone', async () => {
    const { models } = (await (await testApp().ask('/api/tags')).json()) as { models: Record<string, unknown>[] } // ours
    expect(models.map(({ name }) => name)).toEqual(['all-minilm:latest', 'smollm2:135m'])
    expect(models[1]).toMatchObject({
      model: 'smollm2:135m',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      details: { format: 'gguf', quantization_level: 'Q4_1' },
      capabilities: ['completion', 'tools'],
    })
    expect(models[0]).toMatchObject({ capabilities: ['embedding'] })
  })

  it('are described, never without model_info', async () => {
    const shown = await post(testApp(), '/api/show', { model: '', name: 'smollm2:135m' })
    expect(await shown.json()).toMatchObject({
      modelfile: expect.stringContaining('FROM smollm2:135m'),
      model_info: { 'general.parameter_count': 1 },
      capabilities: ['completion', 'tools'],
      messages: [],
    })
    expect((await post(testApp(), '/api/show', { model: 'nope' })).status).toBe(404)
  })

  it('are copied, removed and made through the library', async () => {
    const library = {
      duplicate: vi.fn<ServerDeps['library']['duplicate']>(() => model('copy')),
      remove: vi.fn<ServerDeps['library']['remove']>(async () => ({ undoId: 'u' })),
      create: vi.fn<ServerDeps['library']['create']>(async () => model('made')),
      find: scriptedDeps().library.find,
    }
    const app = testApp(paris, { library })
    const copied = await post(app, '/api/copy', { source: 'smollm2:135m', destination: 'mine' })
    expect([copied.status, await copied.text()]).toEqual([200, ''])
    expect(library.duplicate.mock.calls[0]?.slice(0, 2)).toEqual(['smollm2:135m', 'mine'])
    const removed = await app.ask('/api/delete', { method: 'DELETE', body: '{"model":"","name":"smollm2:135m"}' })
    expect(removed.status).toBe(200)
    expect(library.remove).toHaveBeenCalledWith('smollm2:135m')
    const parameters = { temperature: 0.5, stop: ['a', 'b'] }
    const made = await post(app, '/api/create', { model: 'mine', from: 'smollm2:135m', system: 'Be kind.', parameters })
    expect((await lines(made)).at(-1)).toEqual({ status: 'success' })
    expect(library.create.mock.calls[0]?.[0]).toMatchObject({
      name: 'mine',
      modelfile:
        'FROM smollm2:135m\nPARAMETER temperature 0.5\nPARAMETER stop "a"\nPARAMETER stop "b"\nSYSTEM Be kind.\n',
    })
    expect((await post(app, '/api/create', { model: 'mine' })).status).toBe(400)
    expect((await post(app, '/api/create', { model: 'm', from: 'x', quantize: 'q4_0' })).status).toBe(400)
  })

  it('are pulled with their statuses, or the last one alone', async () => {
    const file = { path: 'm.gguf', sha256: 'ab'.repeat(32), sizeBytes: 10, doneBytes: 4 }
    const pull: ServerDeps['pull'] = async function* (name) {
      yield { type: 'resolving', name }
      // Only the file is looked at.
      yield { type: 'progress', file } as PullEvent
      yield { type: 'verifying' }
      yield { type: 'success', model: name }
    }
    const app = testApp(paris, { pull })
    expect(await lines(await post(app, '/api/pull', { model: 'm' }))).toEqual([
      { status: 'pulling manifest' },
      { status: 'pulling abababababab', digest: `sha256:${'ab'.repeat(32)}`, total: 10, completed: 4 },
      { status: 'pulling abababababab', digest: `sha256:${'ab'.repeat(32)}`, total: 10, completed: 10 },
      { status: 'verifying sha256 digest' },
      { status: 'writing manifest' },
      { status: 'success' },
    ])
    expect(await (await post(app, '/api/pull', { name: 'm', stream: false })).json()).toEqual({ status: 'success' })
  })

  it('that no hub has are refused with a status, not in the stream', async () => {
    const pull: ServerDeps['pull'] = async function* (name) {
      yield { type: 'resolving', name }
      throw new AppError({ code: 'hub_not_found', message: 'No such model.' })
    }
    const response = await post(testApp(paris, { pull }), '/api/pull', { model: 'nope' })
    expect([response.status, await response.json()]).toEqual([404, { error: 'No such model.' }])
  })
})
