import { fork, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../shared/domain/errors.ts'
import type { GenerationInput } from '../shared/domain/generation.ts'
import type {
  EnginePriority,
  EngineRequest,
  EngineToHost,
  Heartbeat,
  HostToEngine,
  LoadOptions,
} from '../shared/process/engine.ts'

const root = join(import.meta.dirname, '..')
const entry = process.env['HEARTH_TEST_ENGINE'] ?? join(root, 'dist/engine/main.js')
export const chatModel = join(root, 'resources/models/SmolLM2-135M-Instruct-Q4_1.gguf')
export const embeddingModel = join(root, 'resources/models/all-MiniLM-L6-v2-Q8_0.gguf')

type Message<T extends EngineToHost['type']> = Extract<EngineToHost, { type: T }>

/** A message that is answered, without its number. */
type Asked = WithoutId<
  Extract<HostToEngine, { type: 'tokenize' | 'detokenize' | 'render' | 'keepStates' | 'embed' | 'rerank' | 'tune' }>
>
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never

/** An answer as its host sees it arrive. */
export interface Answer {
  id: number
  text: string
  reasoning: string
  prefills: Message<'prefill'>[]
  texts: Message<'text'>[]
  /** Set when it ended well. */
  done: Message<'done'> | null
  error: Message<'error'>['error'] | null
}

export interface TestEngine {
  process: ChildProcess
  /** The first of `ready` and a fatal `error`. */
  loaded: Promise<Message<'ready'> | Message<'error'>>
  progress: number[]
  /** Resolves when the process is gone, with its code or signal. */
  exited: Promise<number | string | null>
  generate(
    request: Partial<EngineRequest> & { input: GenerationInput; priority?: EnginePriority },
    onMessage?: (message: EngineToHost, answer: Answer) => void,
  ): Promise<Answer>
  readAhead(request: Partial<EngineRequest> & { input: GenerationInput }): Promise<Answer>
  /** Sends a message, and resolves with the first answer of the given type, or rejects with the engine's error. */
  ask<T extends EngineToHost['type']>(message: Asked, type: T): Promise<Message<T>>
  forget(cacheKey: string | null): void
  cancel(id: number): void
  /** Number of the last request. */
  readonly lastId: number
  /** The newest one. */
  readonly heartbeat: Heartbeat | null
  nextHeartbeat(): Promise<Heartbeat>
  end(): Promise<void>
}

/** A question in the form that the shipped model answers well. */
export function question(content: string): GenerationInput {
  const system = 'You are a helpful assistant. Answer clearly and briefly.'
  return {
    kind: 'messages',
    messages: [
      { role: 'system', content: system },
      { role: 'user', content },
    ],
  }
}

/** Starts the built engine as `hearth serve` does, and loads a model. */
export function startEngine(options: Partial<LoadOptions> = {}): TestEngine {
  if (!existsSync(entry)) throw new Error(`${entry} is not built. Run the tests with npm test, which builds it first.`)
  const child = fork(entry, [], {
    serialization: 'advanced',
    execArgv: [],
    env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const send = (message: HostToEngine) => child.send(message)
  const listeners = new Map<number, (message: EngineToHost) => void>()
  const progress: number[] = []
  let nextId = 1
  let heartbeat: Heartbeat | null = null
  const heartbeatWaiters: ((beat: Heartbeat) => void)[] = []
  const exited = new Promise<number | string | null>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal))
  })
  const loaded = new Promise<Message<'ready'> | Message<'error'>>((resolve, reject) => {
    function receive(message: EngineToHost): void {
      if (message.type === 'progress') progress.push(message.progress)
      if (message.type === 'ready' || (message.type === 'error' && message.fatal)) resolve(message)
      if (message.type === 'heartbeat') {
        heartbeat = message.heartbeat
        for (const tell of heartbeatWaiters.splice(0)) tell(heartbeat)
      }
      if ('id' in message && message.id !== undefined) listeners.get(message.id)?.(message)
    }
    child.on('message', (messages) => {
      for (const message of messages as EngineToHost[]) receive(message) // the engine speaks this protocol
    })
    void exited.then((how) => reject(new Error(`The engine ended with ${how}.`)))
  })
  loaded.catch(() => undefined)
  send({
    type: 'load',
    options: {
      path: chatModel,
      backend: 'cpu',
      contextLength: 8192,
      slots: 2,
      // Two threads wait for each other, which takes for ever while other tests keep the processors busy.
      decodeThreads: 1,
      batchThreads: 1,
      decodeBatchMax: 8,
      flashAttention: true,
      batchSize: 256,
      kvType: 'f16',
      gpuLayers: null,
      mmap: true,
      mlock: false,
      loras: [],
      draftPath: null,
      split: { mainGpu: null, tensorSplit: [], cpuExpertLayers: 0 },
      template: null,
      toolStyle: null,
      stateCache: null,
      nativeAddon: process.env['HEARTH_TEST_ADDON'] ?? null,
      ...options,
    },
  })
  return {
    process: child,
    loaded,
    progress,
    exited,
    get lastId() {
      return nextId - 1
    },
    get heartbeat() {
      return heartbeat
    },
    nextHeartbeat: () => new Promise((resolve) => heartbeatWaiters.push(resolve)),
    cancel: (id) => send({ type: 'cancel', id }),
    forget: (cacheKey) => send({ type: 'forget', cacheKey }),
    async end() {
      child.kill('SIGKILL')
      await exited
    },
    generate: ({ priority = 'api', ...request }, onMessage) =>
      follow(onMessage, (id) => ({
        type: 'generate',
        id,
        request: requestOf(request),
        priority,
        owner: 'test',
      })),
    readAhead: (request) => follow(undefined, (id) => ({ type: 'readAhead', id, request: requestOf(request) })),
    ask<T extends EngineToHost['type']>(message: Asked, type: T) {
      const id = nextId++
      return new Promise<Message<T>>((resolve, reject) => {
        void exited.then(() => reject(new Error('The engine ended before it answered.')))
        listeners.set(id, (reply) => {
          if (reply.type === type) resolve(reply as Message<T>) // just compared
          if (reply.type === 'error') reject(new AppError(reply.error))
        })
        send({ ...message, id })
      })
    },
  }

  function follow(
    onMessage: ((message: EngineToHost, answer: Answer) => void) | undefined,
    make: (id: number) => HostToEngine,
  ): Promise<Answer> {
    const id = nextId++
    const answer: Answer = { id, text: '', reasoning: '', prefills: [], texts: [], done: null, error: null }
    return new Promise((resolve, reject) => {
      void exited.then(() => reject(new Error('The engine ended in the middle of an answer.')))
      listeners.set(id, (message) => {
        if (message.type === 'prefill') answer.prefills.push(message)
        if (message.type === 'text') {
          answer.texts.push(message)
          answer.text += message.text
        }
        if (message.type === 'reasoning') answer.reasoning += message.text
        if (message.type === 'done') answer.done = message
        if (message.type === 'error') answer.error = message.error
        onMessage?.(message, answer)
        if (message.type === 'done' || message.type === 'error') resolve(answer)
      })
      send(make(id))
    })
  }
}

/** A whole request, greedy. */
export function requestOf(request: Partial<EngineRequest> & { input: GenerationInput }): EngineRequest {
  return { ...plainRequest(), ...request }
}

function plainRequest(): Omit<EngineRequest, 'input'> {
  return {
    sampling: { temperature: 0 },
    maxTokens: 200,
    stop: [],
    constraint: { kind: 'none' },
    tools: [],
    toolChoice: 'auto',
    parallelToolCalls: true,
    echo: false,
    reasoning: { mode: 'auto' },
    truncate: true,
    seed: Math.floor(Math.random() * 0xffffffff),
  }
}
