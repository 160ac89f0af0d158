import { describe, expect, it } from 'vitest'
import { loadedFixture } from '../../../shared/domain/loaded-model.testing.ts'
import { keysUnderTest } from '../../keys/keys.testing.ts'
import { model, testApp } from '../server.testing.ts'

const { keys } = keysUnderTest({ HEARTH_API_KEY: 'secret' })

const capabilities = ['reasoning', 'coding', 'math']
const healthy = { status: 'healthy', model: 'smollm2:135m', capabilities }
const gone = { code: 'model_file_missing', message: 'The file is gone.' } as const
const quarantine = (name: string) => ({
  model: name,
  since: 0,
  settings: '{}',
  crashes: 3,
  error: { code: 'engine_crashed', message: 'It crashed.' } as const,
})

describe.each(['/health', '/api/health'])('GET %s', (path) => {
  it('says which model answers who names none: one in memory, else the first that can', async () => {
    const { ask } = testApp()
    expect(await (await ask(path)).json()).toEqual(healthy)
    const two = [model('a'), model('b')]
    const busy = testApp(undefined, { listModels: () => two, loadedModels: () => [loadedFixture({ model: 'b' })] })
    expect(await (await busy.ask(path)).json()).toMatchObject({ model: 'b' })
  })

  it('lives without a model that can answer, and says so', async () => {
    const { ask } = testApp(undefined, {
      listModels: () => [model('vectors', 'embedding'), model('lost', 'chat', gone)],
    })
    const response = await ask(path)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ status: 'model_not_loaded', model: null, capabilities })
  })
})

describe('GET /health for strangers', () => {
  const keyed = testApp(undefined, { keys }, { hosts: new Set(['box']) })
  const bare = { status: 'healthy' }

  it('is no more than that it lives, whatever is here', async () => {
    const { ask } = testApp(undefined, { listModels: () => [] })
    expect(await (await ask('/health', { host: 'evil.example' })).json()).toEqual(bare)
    expect(await (await ask('/health', { headers: { origin: 'https://evil.example' } })).json()).toEqual(bare)
  })

  it('is the whole with the key only, from another computer', async () => {
    const from = (headers: Record<string, string>, host = 'box') =>
      keyed.ask('/health', { peer: '192.168.1.9', host, headers })
    expect(await (await from({})).json()).toEqual(bare)
    expect(await (await from({ authorization: 'Bearer wrong' })).json()).toEqual(bare)
    expect(await (await from({ authorization: 'Bearer secret' })).json()).toEqual(healthy)
    expect(await (await from({ authorization: 'Bearer secret' }, 'evil.example')).json()).toEqual(bare)
  })
})

describe.each(['/ready', '/api/ready'])('GET %s', (path) => {
  it('is ready when a model can be used', async () => {
    const { ask } = testApp()
    const response = await ask(path)
    expect([response.status, await response.json()]).toEqual([200, { status: 'ready' }])
    const vectors = testApp(undefined, { listModels: () => [model('all-minilm', 'embedding')] })
    expect((await vectors.ask(path)).status).toBe(200)
  })

  it.each([
    ['no model can be used', [model('lost', 'chat', gone)], []],
    ['all were put aside', [model('a'), model('lost', 'chat', gone)], [quarantine('a')]],
  ])('is not when %s, and says why', async (_why, models, aside) => {
    const { ask } = testApp(undefined, { listModels: () => models, quarantined: () => aside })
    const response = await ask(path)
    expect(response.status).toBe(503)
    expect(await response.json()).toEqual({ status: 'not_ready', reason: expect.stringMatching(/model/) as string })
    expect((await ask('/health')).status).toBe(200)
  })

  it('is while one of two was put aside', async () => {
    const models = [model('a'), model('b')]
    const { ask } = testApp(undefined, { listModels: () => models, quarantined: () => [quarantine('a')] })
    expect((await ask(path)).status).toBe(200)
  })
})

describe('GET / for programs', () => {
  const json = { accept: 'application/json' }

  it('is what the small engines of the tutorials say, for those who ask for JSON', async () => {
    const { ask } = testApp()
    const response = await ask('/', { headers: json })
    expect(response.headers.get('vary')).toContain('accept')
    expect(await response.json()).toEqual({
      name: 'Hearth',
      model: 'smollm2:135m',
      endpoints: expect.arrayContaining(['/reasoning', '/v1/chat/completions', '/api/chat']) as string[],
      capabilities,
    })
  })

  it.each(['*/*', 'application/json, text/plain, */*', ''])(
    'keeps its word for those who accept %j',
    async (accept) => {
      const { ask } = testApp()
      expect(await (await ask('/', { headers: { accept } })).text()).toBe('Ollama is running')
    },
  )

  it('names nothing to who has no key', async () => {
    const { ask } = testApp(undefined, { keys }, { hosts: new Set(['box']) })
    const from = (headers: Record<string, string>) => ask('/', { peer: '192.168.1.9', host: 'box', headers })
    expect(await (await from(json)).text()).toBe('Ollama is running')
    expect(await (await from({ ...json, authorization: 'Bearer secret' })).json()).toMatchObject({ name: 'Hearth' })
  })
})
