import { describe, expect, it, vi } from 'vitest'
import type { Settings } from '../../shared/domain/settings.ts'
import type { ServerDeps } from './deps.ts'
import { model, paris, type Script, scriptedDeps, serverSettings, testApp } from './server.testing.ts'

const ALIASES = [
  { name: 'gpt-4o-mini', model: 'smollm2:135m' },
  { name: 'text-embedding-3-small', model: 'all-minilm' },
  { name: 'old', model: 'removed:7b' },
  { name: 'chained', model: 'gpt-4o-mini' },
  { name: 'lost', model: 'smollm2:135m' },
  { name: 'smollm2:135m.gguf', model: 'all-minilm' },
]

/** The server with these aliases; `used` are the models that were really asked, in order. */
function setUp(more: Partial<Settings['server']> = {}, extra: Partial<ServerDeps> = {}) {
  const used: string[] = []
  const plain = scriptedDeps()
  const script: Script = (request, signal) => {
    used.push(request.model)
    return paris(request, signal)
  }
  const noting =
    <Args extends [string, ...unknown[]], Result>(call: (...args: Args) => Result) =>
    (...args: Args) => {
      used.push(args[0])
      return call(...args)
    }
  const app = testApp(script, {
    settings: () => serverSettings({ aliases: ALIASES, ...more }),
    embed: (request, signal) => (used.push(request.model), plain.embed(request, signal)),
    rerank: (request, signal) => (used.push(request.model), plain.rerank(request, signal)),
    text: {
      tokenize: noting(plain.text.tokenize),
      detokenize: noting(plain.text.detokenize),
      render: (request) => (used.push(request.model), plain.text.render(request)),
    },
    load: async ({ name }) => void used.push(name),
    unload: async (name) => void used.push(name),
    ...extra,
  })
  const post = (path: string, body: object) => app.ask(path, { method: 'POST', body: JSON.stringify(body) })
  return { ...app, post, used }
}

const messages = [{ role: 'user', content: 'Hi' }]

/** Every endpoint that names a model to ask, and whether its answer repeats the name. */
const ENDPOINTS: [path: string, body: object, repeats: boolean, kind?: 'embedding'][] = [
  ['/v1/chat/completions', { messages }, true],
  ['/v1/chat/completions', { messages, stream: true }, true],
  ['/v1/completions', { prompt: 'Hi' }, true],
  ['/v1/embeddings', { input: 'Hi' }, true, 'embedding'],
  ['/v1/responses', { input: 'Hi' }, true],
  ['/v1/messages', { messages, max_tokens: 9 }, true],
  ['/v1/messages/count_tokens', { messages }, false],
  ['/tokenize', { prompt: 'Hi' }, false],
  ['/tokenize', { messages }, false],
  ['/detokenize', { tokens: [72] }, false],
  ['/reasoning', { prompt: 'Hi' }, true],
  ['/api/chat', { messages }, true],
  ['/api/generate', { prompt: 'Hi' }, true],
  ['/api/embed', { input: 'Hi' }, true, 'embedding'],
  ['/api/embeddings', { prompt: 'Hi' }, false, 'embedding'],
  ['/api/v0/chat/completions', { messages }, true],
  ['/api/v0/completions', { prompt: 'Hi' }, true],
  ['/api/v0/embeddings', { input: 'Hi' }, true, 'embedding'],
  ['/api/v1/chat', { input: 'Hi' }, false],
]

describe('an alias', () => {
  it.each<(typeof ENDPOINTS)[number]>([
    ...ENDPOINTS,
    ['/v1/rerank', { query: 'Hi', documents: ['a'] }, true],
    ['/api/chat', {}, true],
    ['/api/generate', { keep_alive: 0 }, true],
    ['/api/v1/models/load', {}, false],
  ])('leads to its model at %s %j', async (path, body, repeats, kind) => {
    const { post, used, requests } = setUp()
    const [alias, real] =
      kind === 'embedding' ? ['Text-Embedding-3-SMALL', 'all-minilm'] : ['GPT-4o-mini', 'smollm2:135m']
    const response = await post(path, { model: alias, ...body })
    const text = await response.text()
    expect(response.status, text).toBe(200)
    expect(new Set(used)).toEqual(new Set([real]))
    if (repeats) expect(text).toContain(`"model":"${alias}"`)
    expect(requests.list()[0]?.model).toBe(alias)
  })

  it('is understood where models are described', async () => {
    const { ask, post } = setUp()
    for (const path of ['/v1/models/gpt-4o-mini', '/api/v0/models/gpt-4o-mini'])
      expect(await (await ask(path)).json()).toMatchObject({ id: 'gpt-4o-mini' })
    const shown = await post('/api/show', { model: 'gpt-4o-mini:latest' })
    expect(await shown.json()).toMatchObject({ capabilities: ['completion', 'tools'] })
  })

  it('is listed where programs of OpenAI look, with its kin, unless it leads nowhere', async () => {
    const { ask } = setUp()
    const listed = await (await ask('/v1/models')).json()
    expect((listed as { data: { id: string }[] }).data.map(({ id }) => id)).toEqual([
      'smollm2:135m',
      'gpt-4o-mini',
      'all-minilm',
      'text-embedding-3-small',
      'smollm2:135m.gguf',
    ])
    expect(await (await ask('/api/tags')).text()).not.toContain('gpt-4o-mini')
  })

  it('gives way to the own name of a model, and goes before its other names', async () => {
    const { ask, post, used } = setUp()
    expect(await (await ask('/v1/models/lost')).text()).toContain('The file of lost is gone.')
    await post('/v1/embeddings', { model: 'smollm2:135m.gguf', input: 'Hi' })
    expect(used).toEqual(['all-minilm'])
  })

  it.each(['/v1/chat/completions', '/api/chat', '/v1/messages'])('without a model says so at %s', async (path) => {
    for (const unknownModel of ['refuse', 'usual'] as const) {
      const { post, used } = setUp({ unknownModel })
      for (const [alias, target] of [
        ['old', 'removed:7b'],
        ['chained', 'gpt-4o-mini'],
      ]) {
        const response = await post(path, { model: alias, messages, max_tokens: 9 })
        expect(response.status).toBe(404)
        expect(await response.text()).toMatch(new RegExp(`${alias}.*${target}`))
      }
      expect(used).toEqual([])
    }
  })

  it('deletes and copies no model', async () => {
    const plain = scriptedDeps().library
    const library = { ...plain, remove: vi.fn(plain.remove), duplicate: vi.fn(plain.duplicate) }
    const { ask, post } = setUp({ unknownModel: 'usual' }, { library })
    for (const name of ['gpt-4o-mini', 'nobody']) {
      const deleted = await ask('/api/delete', { method: 'DELETE', body: JSON.stringify({ model: name }) })
      expect(deleted.status).toBe(404)
      expect((await post('/api/copy', { source: name, destination: 'mine' })).status).toBe(404)
    }
    expect(library.remove).not.toHaveBeenCalled()
    expect(library.duplicate).not.toHaveBeenCalled()
  })
})

describe('a name that nobody knows', () => {
  it.each(ENDPOINTS)('is refused at %s %j, unless the usual model shall answer', async (path, body, repeats, kind) => {
    const refusing = setUp()
    expect((await refusing.post(path, { model: 'gpt-9', ...body })).status).toBe(404)
    expect(refusing.used).toEqual([])
    const { post, used } = setUp({ unknownModel: 'usual' })
    const response = await post(path, { model: 'gpt-9', ...body })
    const text = await response.text()
    expect(response.status, text).toBe(200)
    expect(new Set(used)).toEqual(new Set([kind === 'embedding' ? 'all-minilm' : 'smollm2:135m']))
    if (repeats) expect(text).toContain('"model":"gpt-9"')
  })

  it('is answered by the model that is in memory', async () => {
    const loaded = { model: 'second', state: 'ready' } as ReturnType<ServerDeps['loadedModels']>[number] // all that is read
    const { post, used } = setUp(
      { unknownModel: 'usual' },
      { listModels: () => [model('first'), model('second')], loadedModels: () => [loaded] },
    )
    await post('/v1/chat/completions', { model: 'gpt-9', messages })
    expect(used).toEqual(['second'])
  })

  it('neither loads nor unloads the usual model, and is described as none', async () => {
    const { ask, post, used } = setUp({ unknownModel: 'usual' })
    expect((await post('/api/chat', { model: 'gpt-9', keep_alive: 0 })).status).toBe(404)
    expect((await post('/api/generate', { model: 'gpt-9', keep_alive: 0 })).status).toBe(404)
    expect((await post('/api/v1/models/load', { model: 'gpt-9' })).status).toBe(404)
    expect((await post('/api/show', { model: 'gpt-9' })).status).toBe(404)
    expect((await ask('/v1/models/gpt-9')).status).toBe(404)
    expect(used).toEqual([])
  })
})
