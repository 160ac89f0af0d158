import { fork, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { GenerationInput } from '../shared/domain/generation.ts'
import type { EngineRequest, EngineToHost, HostToEngine, LoadOptions } from '../shared/process/engine.ts'

const root = join(import.meta.dirname, '..')
const entry = join(root, 'dist/engine/main.js')
export const chatModel = join(root, 'resources/models/SmolLM2-135M-Instruct-Q4_1.gguf')
export const embeddingModel = join(root, 'resources/models/all-MiniLM-L6-v2-Q8_0.gguf')

type Message<T extends EngineToHost['type']> = Extract<EngineToHost, { type: T }>

/** An answer as its host sees it arrive. */
export interface Answer {
  id: number
  text: string
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
    request: Partial<EngineRequest> & { input: GenerationInput },
    onMessage?: (message: EngineToHost, answer: Answer) => void,
  ): Promise<Answer>
  cancel(id: number): void
  /** Number of the last request. */
  readonly lastId: number
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
  const exited = new Promise<number | string | null>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal))
  })
  const loaded = new Promise<Message<'ready'> | Message<'error'>>((resolve, reject) => {
    child.on('message', (raw) => {
      const message = raw as EngineToHost // the engine speaks this protocol
      if (message.type === 'progress') progress.push(message.progress)
      if (message.type === 'ready' || (message.type === 'error' && message.fatal)) resolve(message)
      if ('id' in message && message.id !== undefined) listeners.get(message.id)?.(message)
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
      decodeThreads: 2,
      batchThreads: 2,
      kvType: 'f16',
      gpuLayers: null,
      template: null,
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
    cancel: (id) => send({ type: 'cancel', id }),
    generate(request, onMessage) {
      const id = nextId++
      const answer: Answer = { id, text: '', prefills: [], texts: [], done: null, error: null }
      return new Promise((resolve, reject) => {
        void exited.then(() => reject(new Error('The engine ended in the middle of an answer.')))
        listeners.set(id, (message) => {
          if (message.type === 'prefill') answer.prefills.push(message)
          if (message.type === 'text') {
            answer.texts.push(message)
            answer.text += message.text
          }
          if (message.type === 'done') answer.done = message
          if (message.type === 'error') answer.error = message.error
          onMessage?.(message, answer)
          if (message.type === 'done' || message.type === 'error') resolve(answer)
        })
        send({ type: 'generate', id, request: { ...plainRequest(), ...request } })
      })
    },
  }
}

function plainRequest(): Omit<EngineRequest, 'input'> {
  return {
    sampling: { temperature: 0 },
    maxTokens: 200,
    stop: [],
    constraint: { kind: 'none' },
    tools: [],
    toolChoice: 'auto',
    reasoning: { mode: 'auto' },
    truncate: true,
    seed: Math.floor(Math.random() * 0xffffffff),
  }
}
