import { AppError, toErrorInfo, type ErrorInfo } from '../shared/domain/errors.ts'
import type { EngineDone, EngineToHost, Heartbeat, HostToEngine, LoadOptions } from '../shared/process/engine.ts'
import { loadModel, type LoadedModel } from './load.ts'
import { heartbeatOf, prepareToAnswer, type Ready, type Writer } from './ready.ts'
import { answerRequest } from './requests/answer.ts'
import { forgetChat, keepWhenIdle, storeStates } from './requests/keep-states.ts'
import { readAhead } from './requests/read-ahead.ts'
import { createRunning, type Request, type RequestKind } from './requests/running.ts'
import { detokenize, renderRequest, tokenize } from './requests/text.ts'
import { createVectors, type Vectors } from './requests/vectors.ts'
import { tune } from './tune/tune.ts'

/** Nobody asks for so long before states are kept in memory, and before they are written to disk, ms. */
const keepAfterMs = 2_000
const storeAfterMs = 10_000

/** One model and the requests that it answers. Speaks the protocol of shared/process/engine.ts. */
export interface Engine {
  handle(message: HostToEngine): void
  heartbeat(): Heartbeat
}

type Asked<T extends HostToEngine['type']> = Extract<HostToEngine, { type: T }>
type Loaded = Ready & { vectors: Vectors }

export function createEngine(post: (message: EngineToHost) => void): Engine {
  let isLoading = false
  let ready: Loaded | null = null
  let computed = 0
  let idleTimers: NodeJS.Timeout[] = []

  const running = createRunning({
    busy: () => idleTimers.forEach(clearTimeout),
    idle: () => {
      const writer = ready?.writer
      if (!writer?.cache.isOn) return
      const after = (ms: number, task: () => Promise<void>) => setTimeout(() => void task().catch(report), ms)
      idleTimers = [
        after(keepAfterMs, () => keepWhenIdle(writer, () => running.isIdle)),
        after(storeAfterMs, () => writer.cache.flush()),
      ]
    },
  })

  function fail(error: ErrorInfo, fatal: boolean, id?: number): void {
    post({ type: 'error', error, fatal, ...(id === undefined ? {} : { id }) })
  }

  async function load(options: LoadOptions): Promise<void> {
    if (isLoading) return fail(internal('An engine holds one model, and this one has its own.'), false)
    isLoading = true
    try {
      const loaded = await loadModel(options, (progress) => post({ type: 'progress', progress }))
      const prepared = await prepareToAnswer(loaded, options)
      ready = { ...prepared, vectors: createVectors(prepared.model, options) }
      post(readyMessage(loaded, ready))
    } catch (error) {
      fail(toErrorInfo(error), true)
    }
  }

  /** Runs a request to its end, and tells what it failed with. */
  async function serve(id: number, work: (loaded: Loaded, request: Request) => Promise<void>, kind: RequestKind = {}) {
    const request = running.begin(id, kind)
    try {
      if (ready === null) throw new AppError(internal('The model is not loaded yet.'))
      await work(ready, request)
    } catch (error) {
      fail(toErrorInfo(error), false, id)
    } finally {
      request.end()
    }
  }

  async function answer(message: Asked<'generate'>): Promise<void> {
    const { cacheKey } = message.request
    await serve(
      message.id,
      (loaded, { signal, cleared, isForgotten }) =>
        answerRequest(loaded, writerOf(loaded), message, { post, cleared, isForgotten }, signal),
      { interrupts: true, ...(cacheKey === undefined ? {} : { cacheKey }) },
    )
  }

  async function embed({ id, inputs, truncate }: Asked<'embed'>): Promise<void> {
    await serve(
      id,
      async ({ vectors }, { signal, cleared }) => {
        await cleared
        const result = await (await vectors.embedder()).embed(inputs, truncate, signal)
        computed++
        post({ type: 'vectors', id, ...result })
      },
      { interrupts: true },
    )
  }

  async function rerank({ id, query, documents }: Asked<'rerank'>): Promise<void> {
    await serve(
      id,
      async ({ vectors }, { signal, cleared }) => {
        await cleared
        const result = await (await vectors.reranker()).rerank(query, documents, signal)
        computed++
        post({ type: 'scores', id, ...result })
      },
      { interrupts: true },
    )
  }

  async function measure({ id }: Asked<'tune'>): Promise<void> {
    await serve(
      id,
      async (loaded, { signal, cleared, isAlone }) => {
        await cleared
        if (!isAlone()) throw new AppError({ code: 'cancelled', message: 'Others are being answered.' })
        const result = await tune(loaded, signal, (progress) => post({ type: 'tuning', id, progress }))
        post({ type: 'tuned', id, ...result })
      },
      { interrupts: true, isBackground: true },
    )
  }

  async function ahead({ id, request }: Asked<'readAhead'>): Promise<void> {
    await serve(
      id,
      async (loaded, { signal, cleared, isAlone, isCancelled }) => {
        const writer = writerOf(loaded)
        await cleared
        const done = isAlone() ? await readAhead(loaded, writer, request, signal) : nothingRead
        if (isCancelled()) signal.throwIfAborted()
        post({ type: 'done', id, ...done })
      },
      {
        interrupts: true,
        isBackground: true,
        ...(request.cacheKey === undefined ? {} : { cacheKey: request.cacheKey }),
      },
    )
  }

  function handle(message: HostToEngine): void {
    switch (message.type) {
      case 'load':
        return void load(message.options)
      case 'generate':
        return void answer(message)
      case 'readAhead':
        return void ahead(message)
      case 'embed':
        return void embed(message)
      case 'rerank':
        return void rerank(message)
      case 'tune':
        return void measure(message)
      case 'tokenize':
        return void serve(message.id, async (loaded, { signal }) => {
          const tokens = await tokenize(loaded, message.text, message.special, signal)
          post({ type: 'tokens', id: message.id, tokens })
        })
      case 'detokenize':
        return void serve(message.id, async (loaded) => {
          await Promise.resolve(post({ type: 'detokenized', id: message.id, text: detokenize(loaded, message.tokens) }))
        })
      case 'render':
        return void serve(message.id, async (loaded, { signal }) => {
          const rendered = await renderRequest(loaded, writerOf(loaded), message.request, signal)
          post({ type: 'rendered', id: message.id, ...rendered })
        })
      case 'keepStates':
        return void serve(message.id, async ({ writer }) => {
          if (writer !== null) await storeStates(writer)
          post({ type: 'done', id: message.id, ...nothingRead })
        })
      case 'forget':
        running.forget(message.cacheKey)
        if (ready?.writer) void forgetChat(ready.writer, message.cacheKey).catch(report)
        return
      case 'cancel':
        return running.cancel(message.id)
    }
  }

  return { handle, heartbeat: () => heartbeatOf(ready?.writer ?? null, computed) }
}

const nothingRead: EngineDone = {
  reason: 'stop',
  usage: { prompt: 0, cached: 0, completion: 0, reasoning: 0 },
  timings: { prefillMs: 0, prefillTokens: 0, decodeMs: 0 },
  renderedTokens: 0,
  droppedMessages: 0,
  cacheSource: 'none',
}

function writerOf({ writer }: Ready): Writer {
  if (writer !== null) return writer
  throw new AppError({
    code: 'model_cannot_chat',
    message: 'This model turns text into vectors; it does not write answers.',
    suggestion: 'Choose a chat model.',
  })
}

function readyMessage(loaded: LoadedModel, { abilities, options }: Ready): EngineToHost {
  const { contextLength, native, gpuLayers, flashAttention } = loaded
  const { slots, backend } = options
  return { type: 'ready', contextLength, slots, backend, abilities, native, gpuLayers, flashAttention }
}

function report(error: unknown): void {
  process.stderr.write(`states: ${error instanceof Error ? error.message : String(error)}\n`)
}

function internal(message: string): ErrorInfo {
  return {
    code: 'internal',
    message,
    suggestion: 'Try again. If it happens again, report it with the log from the data folder.',
  }
}
