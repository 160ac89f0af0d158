import type { Model } from '../../shared/domain/models.ts'
import { Settings } from '../../shared/domain/settings.ts'
import type { GenerationEvent, GenerationRequestInput } from '../../shared/domain/generation.ts'
import { keysUnderTest } from '../keys/keys.testing.ts'
import { hashFile } from '../lib/hash-file.ts'
import { modelFixture } from '../models/model.testing.ts'
import { createApp } from './app.ts'
import { conform, watched } from './conformance.testing.ts'
import type { Access, ServerApp } from './context.ts'
import type { ServerDeps } from './deps.ts'
import { createExchanges } from './requests/exchanges.ts'
import { createJobs, type Jobs } from './jobs.ts'
import { createModelNames } from './model-names.ts'
import { createMetrics } from './ops/metrics.ts'
import { createRequestLog, type RequestLog } from './requests/requests.ts'
import { createSessions, type Sessions } from './ui/sessions.ts'

/** What a scripted model does; each step may wait, look at the signal, or throw. */
export type Script = (request: GenerationRequestInput, signal: AbortSignal) => AsyncIterable<GenerationEvent>

export function model(name: string, kind: 'chat' | 'embedding' = 'chat', problem: Model['problem'] = null): Model {
  return modelFixture({
    name,
    aliases: [`${name}.gguf`],
    origin: 'starter',
    sizeBytes: 1,
    facts: { parameters: 1, quantization: 'Q4_1', contextLength: 2048, kind },
    addedAt: 5000,
    problem,
  })
}

export const text = (words: string, choice = 0): GenerationEvent => ({ type: 'text', choice, text: words, tokens: 1 })

export const prefill: GenerationEvent = { type: 'prefill', choice: 0, done: 12, total: 12, cached: 0 }

export const finish = (choice = 0, completion = 2): GenerationEvent => ({
  type: 'finish',
  choice,
  reason: 'stop',
  usage: { prompt: 12, cached: 0, completion, reasoning: 0 },
  timings: { queueMs: 0, loadMs: 0, ttftMs: 1, prefillTps: 1000, decodeTps: 100 },
  trace: { renderedTokens: 12, droppedMessages: 0, seed: 1, cacheSource: 'none' },
})

/** Answers "Paris." in two pieces, for each choice. */
export const paris: Script = async function* (request) {
  yield { type: 'loading', choice: 0, progress: 0.5 }
  yield prefill
  for (let choice = 0; choice < (request.choices ?? 1); choice++) {
    yield text('Par', choice)
    yield text('is.', choice)
    yield finish(choice)
  }
}

const silent = { info() {}, warn() {}, error() {} }
const gone = { code: 'model_file_missing', message: 'The file of lost is gone.' } as const
const models = [model('all-minilm', 'embedding'), model('smollm2:135m'), model('lost', 'chat', gone)]

/** The settings of the server, as they are unless a test says otherwise. */
export function serverSettings(more: Partial<Settings['server']> = {}): Settings['server'] {
  return { ...Settings.parse({}).server, enabled: true, ollamaPort: 'no', ...more }
}

export function scriptedDeps(generate: Script = paris, more: Partial<ServerDeps> = {}): ServerDeps {
  const { settings = () => serverSettings(), listModels = () => models, loadedModels = () => [] } = more
  const find = (name: string) =>
    listModels().find((one) => one.name === name.toLowerCase() || one.aliases.includes(name))
  const names = createModelNames({ findModel: find, listModels, loadedModels, settings })
  return {
    generate,
    embed: async ({ inputs }) => ({ vectors: inputs.map(() => [0.6, -0.8]), tokens: 3 * inputs.length, loadMs: 0 }),
    rerank: async ({ model: name, documents }) => ({
      model: name,
      scores: documents.map((_, index) => index),
      tokens: 7,
      queueMs: 0,
      loadMs: 0,
    }),
    text: {
      tokenize: async (_, words) => [...Buffer.from(words)],
      detokenize: async (_, tokens) => Buffer.from(tokens).toString(),
      render: async () => ({ text: '<user>Hi', tokens: 8 }),
    },
    load: async () => {},
    unload: async () => {},
    async *pull(name) {
      yield { type: 'success', model: name }
    },
    library: {
      duplicate: () => model('copy'),
      remove: async () => ({ undoId: 'undo' }),
      create: async ({ name }) => model(name),
      find,
    },
    trials: { previewTemplate: async () => ({ text: '<user>Hello', tokens: null }) },
    uploads: { find: () => undefined, receive: async () => {} },
    createUploaded: async ({ name }) => model(name),
    hashFile,
    listModels,
    findModel: names.find,
    listAliases: names.aliases,
    loadedModels,
    quarantined: () => [],
    metrics: createMetrics(() => []),
    version: '1.2.3',
    rendererDir: null,
    upgradeRpc: () => {},
    settings,
    keys: keysUnderTest().keys,
    home: '/nonexistent',
    env: {},
    ollamaInstalled: () => false,
    clock: () => 1_700_000_000_000,
    log: silent,
    ...more,
  }
}

export interface TestApp {
  app: ServerApp
  requests: RequestLog
  sessions: Sessions
  jobs: Jobs
  /** A request as it comes from `peer`, by default this machine. What is answered has to conform to the API reference. */
  ask(path: string, init?: RequestInit & { peer?: string; host?: string }): Promise<Response>
}

/** The whole application without a socket. */
export function testApp(generate?: Script, more: Partial<ServerDeps> = {}, access: Partial<Access> = {}): TestApp {
  const deps = scriptedDeps(generate, more)
  const exchanges = createExchanges(
    () => deps.settings().keepBodies,
    () => {},
  )
  const requests = createRequestLog(
    () => 1000,
    () => {},
    deps.metrics,
    exchanges,
  )
  const sessions = createSessions()
  const jobs = createJobs()
  const entry = { hosts: new Set<string>(), plainNames: false, origins: [], keyNeeded: true, ...access }
  const app = createApp({ deps, requests, exchanges, jobs, sessions, access: () => entry })
  return {
    app,
    requests,
    sessions,
    jobs,
    async ask(path, { peer = '127.0.0.1', host = 'localhost', headers, ...init } = {}) {
      const all = new Headers(headers)
      // Only the address is looked at.
      const incoming = { socket: { remoteAddress: peer } } as unknown as NonNullable<Parameters<typeof app.request>[2]>
      const response = await app.request(`http://${host}${path}`, { ...init, headers: all }, { incoming })
      return conforming({ method: init.method ?? 'GET', path, body: init.body }, response)
    },
  }
}

/** The response, once it is known to conform as far as it is there; of a stream the rest is found out by who reads it. */
async function conforming(
  { method, path, body }: { method: string; path: string; body: RequestInit['body'] },
  response: Response,
): Promise<Response> {
  const { pathname } = new URL(path, 'http://localhost')
  const sent = { method, path: pathname, body: typeof body === 'string' ? body : null }
  const { status, headers } = response
  const contentType = headers.get('content-type')
  const checked = watched(response, (text, isWhole) => conform(sent, { status, contentType, body: text, isWhole }))
  if (contentType?.startsWith('application/json') !== true || checked.body === null) return checked
  return new Response(await checked.text(), { status, headers })
}

export const chat = (more: object = {}): RequestInit => ({
  method: 'POST',
  body: JSON.stringify({ model: 'smollm2:135m', messages: [{ role: 'user', content: 'Capital of France?' }], ...more }),
})
