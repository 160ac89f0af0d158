import { describe, expect, it, vi } from 'vitest'
import { loadedFixture } from '../../../shared/domain/loaded-model.testing.ts'
import { keysUnderTest, newKey } from '../../keys/keys.testing.ts'
import type { ServerDeps } from '../deps.ts'
import { endless } from '../listening.testing.ts'
import { chat, finish, prefill, type Script, serverSettings, testApp, text } from '../server.testing.ts'

const ask = (key: string, body?: object): RequestInit => ({
  ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  headers: { authorization: `Bearer ${key}` },
})
const question = { model: 'smollm2:135m', messages: [{ role: 'user', content: 'Hi' }] }
const chatWith = (key: string, more: object = {}) => ask(key, { ...question, ...more })

function served(generate?: Script, more: Partial<ServerDeps> = {}) {
  const held = keysUnderTest()
  return { ...held, ...testApp(generate, { keys: held.keys, ...more }) }
}

describe('a key with a list of models', () => {
  const hidden = 'all-minilm'
  const both = [loadedFixture({ model: hidden }), loadedFixture({ model: 'smollm2:135m' })]
  const { app, ask: request, create } = served(undefined, { loadedModels: () => both })
  const scopes: ['inference', 'management'] = ['inference', 'management']
  /** By a second name of its own, and one that is not here yet. */
  const limited = create('limited', { scopes, models: ['smollm2:135m.gguf', 'qwen3:4b'] }).secret
  const free = create('free', { scopes }).secret

  const routes = app.routes.filter(({ method, path }) => method !== 'ALL' && path !== '/*' && path !== '/')
  const listings = routes.filter(({ method, path }) => method === 'GET' && /\/(?:models|tags|ps)$/.test(path))
  const named = routes.filter(({ method, path }) => method !== 'GET' && !/responses\/:id|push$|blobs/.test(path))

  it.each(listings)('sees only those at $path', async ({ path }) => {
    expect(await (await request(path, ask(free))).text()).toContain(hidden)
    const seen = await (await request(path, ask(limited))).text()
    expect(seen).toContain('smollm2:135m')
    expect(seen).not.toContain(hidden)
  })

  /** Everything that a route may want, about one model, but for those that are strict. */
  const bodyFor = (name: string, path: string) => {
    if (/\/(?:load|responses)$/.test(path)) {
      return JSON.stringify({ model: name, ...(path.endsWith('load') ? {} : { input: 'Hi' }) })
    }
    return JSON.stringify({
      model: name,
      name,
      source: name,
      from: name,
      instance_id: name,
      destination: 'mine',
      messages: question.messages,
      prompt: 'Hi',
      input: 'Hi',
      query: 'Hi',
      documents: ['Hi'],
      tokens: [1],
      max_tokens: 5,
    })
  }
  const answered = async (key: string, { method, path }: { method: string; path: string }, name: string) => {
    const response = await request(path, { ...ask(key), method, body: bodyFor(name, path) })
    return `${response.status} ${(await response.text()).replaceAll(name, 'NAME')}`
  }

  it.each(named)('can not tell another one from none at $method $path', async (route) => {
    const said = await answered(limited, route, hidden)
    expect(said).toMatch(/^404 /)
    expect(said).toBe(await answered(limited, route, 'no-such-model'))
    // Who sees it gets something else.
    expect(await answered(free, route, hidden)).not.toBe(said)
  })

  it('can not tell it by its own page either', async () => {
    for (const path of ['/v1/models/', '/api/v0/models/']) {
      expect((await request(`${path}${hidden}`, ask(limited))).status).toBe(404)
      expect((await request(`${path}${hidden}.gguf`, ask(limited))).status).toBe(404)
      expect((await request(`${path}smollm2:135m`, ask(limited))).status).toBe(200)
    }
  })

  it('uses its own by all of their names, and gets one of them where it names none', async () => {
    for (const model of ['smollm2:135m', 'SmolLM2:135M', 'smollm2:135m.gguf']) {
      expect((await request('/v1/chat/completions', chatWith(limited, { model }))).status).toBe(200)
    }
    const other = served(undefined, { loadedModels: () => both })
    const only = other.create('only', { models: ['nothing'] }).secret
    expect((await other.ask('/reasoning', ask(limited, { prompt: 'Hi' }))).status).toBe(200)
    expect((await other.ask('/reasoning', ask(only, { prompt: 'Hi' }))).status).toBe(404)
  })

  it('may be of aliases, and sees no other; what stands in for an unknown name is among its own', async () => {
    const aliases = [
      { name: 'gpt-4o', model: 'smollm2:135m' },
      { name: 'vectors', model: hidden },
    ]
    const settings = () => serverSettings({ aliases, unknownModel: 'usual' })
    const other = served(undefined, { settings, loadedModels: () => both })
    const { secret } = other.create('named', { models: ['gpt-4o'] })
    const list = await (await other.ask('/v1/models', ask(secret))).text()
    expect(list).toContain('gpt-4o')
    expect(list).not.toContain('vectors')
    for (const model of ['gpt-4o', 'smollm2:135m', 'claude-haiku']) {
      expect((await other.ask('/v1/chat/completions', chatWith(secret, { model }))).status, model).toBe(200)
    }
    for (const model of ['vectors', hidden, 'text-embedding-3-small']) {
      expect((await other.ask('/v1/embeddings', ask(secret, { model, input: 'Hi' }))).status, model).toBe(404)
    }
  })

  it('brings here, copies and makes nothing else', async () => {
    const pull = (name: string) => request('/api/pull', ask(limited, { model: name }))
    expect((await pull('qwen3:4b')).status).toBe(200)
    expect((await pull('qwen3:8b')).status).toBe(404)
    const copy = (destination: string) => request('/api/copy', ask(limited, { source: 'smollm2:135m', destination }))
    expect((await copy('qwen3:4b')).status).toBe(200)
    expect((await copy('mine')).status).toBe(404)
    const create = (modelfile: string) => request('/api/create', ask(limited, { model: 'qwen3:4b', modelfile }))
    expect((await create('FROM smollm2:135m')).status).toBe(200)
    expect((await create(`FROM ${hidden}`)).status).toBe(404)
  })
})

describe('a key with limits', () => {
  it('allows so many requests a minute, and says in the form of the API when it goes on', async () => {
    const { ask: request, create, pass } = served()
    const { secret } = create('laptop', { requestsPerMinute: 1 })
    expect((await request('/v1/models', ask(secret))).status).toBe(200)
    const refused = await request('/v1/models', ask(secret))
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('61')
    expect(await refused.json()).toMatchObject({
      error: {
        code: 'rate_limit_exceeded',
        type: 'rate_limit_error',
        message: expect.stringMatching(/1 requests a minute/) as string,
      },
    })
    expect(await (await request('/api/tags', ask(secret))).json()).toEqual({
      error: expect.stringMatching(/minute/) as string,
    })
    expect(await (await request('/v1/messages', chatWith(secret))).json()).toMatchObject({
      error: { type: 'rate_limit_error' },
    })
    // Nobody else waits for it, nor does what needs no key.
    expect((await request('/v1/models')).status).toBe(200)
    pass(30_000)
    const soon = await request('/nope', ask(secret))
    expect([soon.status, soon.headers.get('retry-after'), soon.headers.get('x-should-retry')]).toEqual([
      429,
      '31',
      null,
    ])
    pass(31_000)
    expect((await request('/v1/models', ask(secret))).status).toBe(200)
  })

  it.each([
    ['/v1/chat/completions', chatWith],
    ['/api/chat', (key: string) => chatWith(key, { stream: true })],
    ['/v1/embeddings', (key: string) => ask(key, { model: 'all-minilm', input: ['a', 'b', 'c', 'd', 'e'] })],
    ['/v1/rerank', (key: string) => ask(key, { model: 'all-minilm', query: 'a', documents: Array(9).fill('b') })],
  ])('allows so many tokens a day, at %s', async (route, asked) => {
    const { ask: request, create, pass } = served()
    const { secret } = create('laptop', { tokensPerDay: 14 })
    const spend = async () => {
      const response = await request(route, asked(secret))
      await response.text()
      return response
    }
    // The first goes past the limit or just up to it; what was begun is answered.
    for (let count = 0; count < 2; count++) await spend()
    const refused = await spend()
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(86_000)
    expect(refused.headers.get('x-should-retry')).toBe('false')
    expect((await request('/v1/models', ask(secret))).status).toBe(200)
    pass(25 * 3600_000)
    expect((await spend()).status).toBe(200)
  })

  it('counts what was computed for a client that hung up, and all choices', async () => {
    const half: Script = async function* () {
      yield prefill
      for (let count = 0; count < 100; count++) yield text('a')
      yield finish(0, 100)
    }
    const held = keysUnderTest()
    const spend = vi.spyOn(held.keys, 'spend')
    const { ask: request } = testApp(half, { keys: held.keys })
    const { secret } = held.create('laptop', { tokensPerDay: 1000 })
    const spent = () => spend.mock.calls.reduce((sum, [, tokens]) => sum + tokens, 0)
    const response = await request('/v1/chat/completions', chatWith(secret, { stream: true }))
    const reader = response.body?.getReader()
    await reader?.read()
    await reader?.cancel()
    await vi.waitFor(() => expect(spent()).toBeGreaterThanOrEqual(13))
    spend.mockClear()
    const two = testApp(undefined, { keys: held.keys })
    await (await two.ask('/v1/chat/completions', chatWith(secret, { n: 2 }))).text()
    // One prompt, two answers.
    expect(spent()).toBe(16)
  })
})

describe('a key that is removed', () => {
  it('ends what runs with it, and nothing else', async () => {
    const signals = new Map<string, AbortSignal>()
    const {
      ask: request,
      create,
      keys,
    } = served((asked, signal) => {
      signals.set(asked.actor.ownerId, signal)
      return endless()(asked, signal)
    })
    const [mine, other] = [create('laptop'), create('desk')]
    const begin = (secret: string) => request('/v1/chat/completions', chatWith(secret, { stream: true }))
    const [streamed, others] = [await begin(mine.secret), await begin(other.secret)]
    const whole = request('/v1/chat/completions', chatWith(mine.secret))
    keys.remove(mine.id)
    expect(await streamed.text()).toMatch(/data: \{"error":.*key of this request was removed/)
    expect((await whole).status).toBe(401)
    expect(signals.get(`key:${mine.id}`)?.aborted).toBe(true)
    expect(signals.get(`key:${other.id}`)?.aborted).toBe(false)
    await others.body?.cancel()
    const again = await request('/v1/chat/completions', { ...chatWith(mine.secret), peer: '192.168.1.9' })
    expect(again.status).toBe(401)
  })

  it('begins nothing that was still being read', async () => {
    const { ask: request, create, keys } = served()
    const { secret, id } = create('laptop')
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        setTimeout(() => {
          keys.remove(id)
          controller.enqueue(Buffer.from(JSON.stringify(question)))
          controller.close()
        })
      },
    })
    const init = { ...ask(secret), method: 'POST', body, duplex: 'half' } as RequestInit // `duplex` is missing in the types of Node 20
    expect((await request('/v1/chat/completions', init)).status).toBe(401)
  })
})

describe('what belongs to a key', () => {
  it('is not there for others: responses, conversations, downloads', async () => {
    const { ask: request, create } = served()
    const [mine, other] = [create('laptop').secret, create('desk').secret]
    const made = async (route: string, body: object): Promise<Record<string, unknown>> => {
      const json: unknown = await (await request(route, ask(mine, body))).json()
      return { ...(json as object) } // any object will do
    }
    const { id } = await made('/v1/responses', { model: 'smollm2:135m', input: 'Hi' })
    for (const init of [ask(other), {}]) {
      expect((await request(`/v1/responses/${String(id)}`, init)).status).toBe(404)
      expect((await request(`/v1/responses/${String(id)}`, { ...init, method: 'DELETE' })).status).toBe(404)
    }
    const next = { model: 'smollm2:135m', input: 'And?', previous_response_id: id }
    expect((await request('/v1/responses', ask(other, next))).status).toBe(404)
    expect((await request('/v1/responses', ask(mine, next))).status).toBe(200)
    expect((await request(`/v1/responses/${String(id)}`, ask(mine))).status).toBe(200)

    const { response_id } = await made('/api/v1/chat', { model: 'smollm2:135m', input: 'Hi' })
    const goOn = { model: 'smollm2:135m', input: 'And?', previous_response_id: response_id }
    expect((await request('/api/v1/chat', ask(other, goOn))).status).toBe(400)
    expect((await request('/api/v1/chat', ask(mine, goOn))).status).toBe(200)

    const admins = [create('a', { scopes: ['management'] }).secret, create('b', { scopes: ['management'] }).secret]
    const started = await request('/api/v1/models/download', ask(admins[0] ?? '', { model: 'x' }))
    const { job_id } = { job_id: '', ...((await started.json()) as object) } // any object will do
    const job = `/api/v1/models/download/status/${job_id}`
    expect((await request(job, ask(admins[0] ?? ''))).status).toBe(200)
    expect((await request(job, ask(admins[1] ?? ''))).status).toBe(404)
  })

  it('is asked for in its name', async () => {
    const seen = vi.fn()
    const {
      ask: request,
      create,
      requests,
    } = served(async function* ({ actor }) {
      seen(actor)
      yield prefill
      yield finish()
    })
    const { secret, id } = create('laptop')
    await request('/v1/chat/completions', chatWith(secret))
    await request('/v1/chat/completions', chat())
    expect(seen.mock.calls).toEqual([
      [{ ownerId: `key:${id}`, door: 'http', access: 'remote' }],
      [{ ownerId: 'local', door: 'http', access: 'remote' }],
    ])
    expect(requests.list().map(({ keyName }) => keyName)).toEqual([null, 'laptop'])
  })
})

describe('the secret', () => {
  it('appears in no log, list, answer or figure, whatever goes wrong', async () => {
    const logged: unknown[] = []
    const note = (...args: unknown[]) => void logged.push(...args, ...args.map((one) => JSON.stringify(one)))
    const failing: Script = async function* () {
      yield prefill
      throw new Error('the engine is on fire')
    }
    const environment = 'a-secret-of-the-environment'
    const held = keysUnderTest({ HEARTH_API_KEY: environment })
    const app = testApp(
      failing,
      { keys: held.keys, log: { info: note, warn: note, error: note } },
      { hosts: new Set() },
    )
    const said: string[] = []
    const limited = held.create('limited', { requestsPerMinute: 1, models: ['all-minilm'] }).secret
    const expired = held.create('expired', { expiresAt: 1_700_000_000_001 }).secret
    held.pass(1000)
    const unknown = 'hearth-nobody-has-this-one-at-all'
    const secrets = [environment, limited, expired, unknown, held.create('broken').secret]
    for (const secret of secrets) {
      for (const headers of [{ authorization: `Bearer ${secret}` }, { 'x-api-key': secret }]) {
        for (const route of ['/v1/chat/completions', '/api/pull', '/v1/nope', '/metrics']) {
          const init = { method: 'POST', headers, body: chat().body ?? null, peer: '192.168.1.9' }
          const response = await app.ask(route, init)
          said.push(await response.text(), JSON.stringify([...response.headers]))
        }
      }
    }
    const metrics = await (await app.ask('/metrics')).text()
    const everything = [...said, ...logged.map(String), metrics, JSON.stringify(app.requests.list())].join('\n')
    expect(everything).toContain('"keyName":"limited"')
    expect(everything).toContain('the engine is on fire')
    // Not even most of it.
    for (const secret of secrets) expect(everything).not.toContain(secret.slice(-12))
  })
})

describe('a key that was changed', () => {
  it('counts as it is now', async () => {
    const { ask: request, create, keys } = served()
    const { secret, id } = create('laptop')
    expect((await request('/v1/models', ask(secret))).status).toBe(200)
    keys.update(id, { ...newKey('laptop'), scopes: ['metrics'] })
    expect((await request('/v1/models', ask(secret))).status).toBe(403)
    expect((await request('/metrics', ask(secret))).status).toBe(200)
  })
})
