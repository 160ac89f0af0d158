import { describe, expect, it, vi } from 'vitest'
import type { ServerDeps } from '../deps.ts'
import { model, paris, scriptedDeps, testApp } from '../server.testing.ts'

const names = [
  '../x',
  'C:foo',
  'a\0b',
  'a'.repeat(81),
  'ok/' + 'a'.repeat(81),
  'x:cloud',
  'x:local',
  '..\\x',
  '/etc/passwd',
  'a b',
  'x:',
  '%2e%2e/x',
]

const messages = [{ role: 'user', content: 'Hi' }]
const endpoints: [string, string, (name: string) => object][] = [
  ['POST', '/api/generate', (name) => ({ model: name, prompt: 'Hi' })],
  ['POST', '/api/chat', (name) => ({ model: name, messages })],
  ['POST', '/api/embed', (name) => ({ model: name, input: 'Hi' })],
  ['POST', '/api/embeddings', (name) => ({ model: name, prompt: 'Hi' })],
  ['POST', '/api/show', (name) => ({ model: name })],
  ['POST', '/api/pull', (name) => ({ model: name })],
  ['POST', '/api/push', (name) => ({ model: name })],
  ['DELETE', '/api/delete', (name) => ({ model: name })],
  ['POST', '/api/copy', (name) => ({ source: 'smollm2:135m', destination: name })],
  ['POST', '/api/copy', (name) => ({ source: name, destination: 'mine' })],
  ['POST', '/api/create', (name) => ({ model: name, from: 'smollm2:135m' })],
  ['POST', '/api/create', (name) => ({ model: 'mine', from: name })],
  ['POST', '/api/create', (name) => ({ model: 'mine', modelfile: `FROM "${name}"` })],
]

describe('a name that no model can have', () => {
  const pull = vi.fn<ServerDeps['pull']>()
  const library = {
    duplicate: vi.fn<ServerDeps['library']['duplicate']>(() => model('copy')),
    remove: vi.fn<ServerDeps['library']['remove']>(async () => ({ undoId: 'u' })),
    create: vi.fn<ServerDeps['library']['create']>(async () => model('made')),
  }
  const app = testApp(paris, { pull, library: { ...library, find: scriptedDeps().library.find } })

  it.each(endpoints.flatMap(([method, path, body]) => names.map((name) => [method, path, body(name)] as const)))(
    'is refused: %s %s %j',
    async (method, path, body) => {
      const response = await app.ask(path, { method, body: JSON.stringify(body) })
      expect([response.status, await response.json()]).toEqual([400, { error: 'invalid model name' }])
      for (const untouched of [pull, ...Object.values(library)]) expect(untouched).not.toHaveBeenCalled()
    },
  )
})

describe('a name that hubs understand', () => {
  it.each([
    'hf.co/ann/model-GGUF:Q4_K_M',
    'https://ollama.com/library/qwen2.5:3b',
    'qwen2.5:3b',
    'registry.example:5000/ann/m',
  ])('can be pulled: %s', async (name) => {
    const response = await testApp().ask('/api/pull', {
      method: 'POST',
      body: JSON.stringify({ model: name, stream: false }),
    })
    expect(await response.json()).toEqual({ status: 'success' })
  })
})
