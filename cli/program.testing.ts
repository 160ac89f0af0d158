import { PassThrough } from 'node:stream'
import { loadedFixture } from '../shared/domain/loaded-model.testing.ts'
import type { GenerationEvent } from '../shared/domain/generation.ts'
import type { Model } from '../shared/domain/models.ts'
import type { Client } from './client.ts'
import { main } from './program.ts'
import type { ProgramContext } from './program-context.ts'

/** A stand-in for the world around a command, and what the command did to it. */
export interface FakeWorld {
  context: ProgramContext
  stdin: PassThrough
  out(): string
  err(): string
  /** What was opened and not yet closed. */
  open(): number
  signal(): void
  run(...args: string[]): Promise<number>
}

/** Only what a test needs of the client is there; anything else fails loudly. */
export function fakeClient(parts: { [Domain in keyof Client]?: Partial<Client[Domain]> }): Client {
  return parts as unknown as Client
}

export const model = (name: string, more: Partial<Model> = {}): Model => ({
  name,
  aliases: ['SmolLM2.gguf'],
  origin: 'starter',
  path: '/m.gguf',
  sizeBytes: 98_400_000,
  files: [],
  facts: {
    title: null,
    architecture: 'llama',
    parameters: 134_515_008,
    quantization: 'Q4_1',
    contextLength: 8192,
    chatTemplate: null,
    kind: 'chat',
    licence: null,
    languages: [],
    shape: null,
  },
  defaults: { system: null, sampling: {}, load: {}, template: null, goTemplate: null, stop: [], maxTokens: null },
  source: null,
  made: null,
  licenceText: null,
  tags: [],
  favourite: false,
  addedAt: 0,
  lastUsedAt: null,
  measured: null,
  check: null,
  conformance: null,
  tuning: null,
  problem: null,
  ...more,
})

export const loaded = loadedFixture({
  model: 'smollm2:135m',
  memoryBytes: 640_000_000,
  active: 1,
  processId: 5,
  slots: [
    { state: 'decode', tokens: 40, priority: 'api', owner: 'http' },
    { state: 'idle', tokens: 0, priority: null, owner: null },
  ],
})

/** What an oRPC iterator is for who only reads it. */
export function streamOf<T>(...values: T[]): AsyncGenerator<T, void, void> {
  return (async function* () {
    yield* values
  })()
}

export async function* answerOf(...events: GenerationEvent[]): AsyncGenerator<GenerationEvent, void, void> {
  yield* events
}

export const text = (words: string): GenerationEvent => ({ type: 'text', choice: 0, text: words, tokens: 1 })

export const finish: GenerationEvent = {
  type: 'finish',
  choice: 0,
  reason: 'stop',
  usage: { prompt: 20, cached: 5, completion: 8, reasoning: 0 },
  timings: { queueMs: 0, loadMs: 1200, ttftMs: 90, prefillTps: 210.4, decodeTps: 75.25 },
  trace: { renderedTokens: 20, droppedMessages: 0, seed: 1, cacheSource: 'none' },
}

export function fakeWorld(
  holder: Client | null,
  more: Partial<Omit<ProgramContext, 'stdin'>> & { terminal?: boolean } = {},
): FakeWorld {
  const { terminal = false, ...changes } = more
  let out = ''
  let err = ''
  let open = 0
  const listeners = new Set<(signal: 'SIGINT') => void>()
  const stdin = Object.assign(new PassThrough(), { isTTY: terminal })
  const stdout = Object.assign(new PassThrough(), { isTTY: terminal })
  stdout.on('data', (data: Buffer) => (out += data.toString()))
  const context: ProgramContext = {
    stdin,
    stdout,
    stderr: { write: (words: string) => (err += words), isTTY: terminal, columns: 200 },
    env: {},
    home: '/home/me/.hearth',
    cwd: '/work',
    version: '1.2.3',
    pipedPrompt: () => Promise.resolve(null),
    connectToHolder() {
      if (holder === null) return Promise.resolve(null)
      open++
      return Promise.resolve({ client: holder, close: () => Promise.resolve(void open--) })
    },
    startCore: () => Promise.reject(new Error('no core was expected to start')),
    onStopSignal(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    ...changes,
  }
  return {
    context,
    stdin,
    out: () => out,
    err: () => err,
    open: () => open,
    signal: () => {
      for (const listener of listeners) listener('SIGINT')
    },
    run: (...args) => main(args, context),
  }
}
