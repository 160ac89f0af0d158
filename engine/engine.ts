import type { Token } from 'node-llama-cpp'
import { AppError, toErrorInfo, type ErrorInfo } from '../shared/domain/errors.ts'
import type { EngineRequest, EngineToHost, HostToEngine, LoadOptions } from '../shared/process/engine.ts'
import { TextCoalescer } from './coalesce.ts'
import { ContextGate } from './context-gate.ts'
import { generate, type GenerationContext } from './generate.ts'
import { loadModel, type LoadedModel } from './load.ts'
import { PrefillPace } from './pace.ts'
import { preparePrompt } from './prompt.ts'
import { refuseUnsupported } from './refuse-unsupported.ts'
import { SequenceSlot } from './sequence-slot.ts'
import { Slots } from './slots.ts'
import { createChatTemplate, type ChatTemplate } from './template.ts'
import { warmUp } from './warm-up.ts'

interface Ready extends GenerationContext {
  template: ChatTemplate
  slots: Slots<Token, SequenceSlot>
}

/** One model and the requests that it answers. Speaks the protocol of shared/process/engine.ts. */
export class Engine {
  readonly #post: (message: EngineToHost) => void
  readonly #running = new Map<number, AbortController>()
  #loading = false
  #ready: Ready | 'makesVectors' | null = null

  constructor(post: (message: EngineToHost) => void) {
    this.#post = post
  }

  handle(message: HostToEngine): void {
    switch (message.type) {
      case 'load':
        void this.#load(message.options)
        return
      case 'generate':
        void this.#generate(message.id, message.request)
        return
      case 'cancel':
        this.#running.get(message.id)?.abort(cancelled())
    }
  }

  async #load(options: LoadOptions): Promise<void> {
    if (this.#loading) return this.#fail(internal('An engine holds one model, and this one has its own.'), false)
    this.#loading = true
    try {
      const loaded = await loadModel(options, (progress) => this.#post({ type: 'progress', progress }))
      this.#ready = await readyFor(loaded, options.template)
      const canChat = this.#ready !== 'makesVectors'
      const { contextLength } = loaded
      this.#post({ type: 'ready', contextLength, slots: options.slots, backend: options.backend, canChat })
    } catch (error) {
      this.#fail(toErrorInfo(error), true)
    }
  }

  async #generate(id: number, request: EngineRequest): Promise<void> {
    const abort = new AbortController()
    this.#running.set(id, abort)
    const text = new TextCoalescer((piece, tokens) => this.#post({ type: 'text', id, text: piece, tokens }))
    try {
      await this.#answer(id, request, text, abort.signal)
    } catch (error) {
      // What was computed before the failure is the host's to keep.
      text.flush()
      this.#fail(toErrorInfo(error), false, id)
    } finally {
      this.#running.delete(id)
    }
  }

  async #answer(id: number, request: EngineRequest, text: TextCoalescer, signal: AbortSignal): Promise<void> {
    const ready = this.#readyToAnswer()
    refuseUnsupported(request, ready.template)
    const prompt = await preparePrompt(ready.model, ready.template, request, ready.contextLength)
    const slot = await ready.slots.acquire(prompt.tokens, signal)
    try {
      const generated = await generate(ready, slot, prompt.tokens, request, this.#listener(id, text), signal)
      text.flush()
      const { reason, cached, completion, timings } = generated
      this.#post({
        type: 'done',
        id,
        reason,
        usage: { prompt: prompt.tokens.length, cached, completion, reasoning: 0 },
        timings,
        renderedTokens: prompt.tokens.length,
        droppedMessages: prompt.droppedMessages,
      })
    } catch (error) {
      if (!signal.aborted) await ready.gate.alone(() => slot.reset())
      throw error
    } finally {
      ready.slots.release(slot)
    }
  }

  #listener(id: number, text: TextCoalescer) {
    return {
      onPrefill: (done: number, total: number, cached: number) =>
        this.#post({ type: 'prefill', id, done, total, cached }),
      onToken: (piece: string) => text.push(piece),
      onRest: (piece: string) => text.append(piece),
    }
  }

  #readyToAnswer(): Ready {
    if (this.#ready === null) throw new AppError(internal('The model is not loaded yet.'))
    if (this.#ready === 'makesVectors') {
      throw new AppError({
        code: 'model_cannot_chat',
        message: 'This model turns text into vectors; it does not write answers.',
        suggestion: 'Choose a chat model.',
      })
    }
    return this.#ready
  }

  #fail(error: ErrorInfo, fatal: boolean, id?: number): void {
    this.#post({ type: 'error', error, fatal, ...(id === undefined ? {} : { id }) })
  }
}

async function readyFor(
  { model, context, contextLength, batchSize, inFlight, threads }: LoadedModel,
  template: string | null,
): Promise<Ready | 'makesVectors'> {
  if (context === null) return 'makesVectors'
  const sequences = Array.from({ length: context.totalSequences }, () => new SequenceSlot(context.getSequence()))
  const [first] = sequences
  if (first !== undefined) await warmUp(first.sequence, threads)
  return {
    model,
    contextLength,
    inFlight,
    threads,
    gate: new ContextGate(),
    pace: new PrefillPace(batchSize),
    template: createChatTemplate(model, template),
    slots: new Slots<Token, SequenceSlot>(sequences),
  }
}

function cancelled(): AppError {
  return new AppError({ code: 'cancelled', message: 'Stopped.' })
}

function internal(message: string): ErrorInfo {
  return {
    code: 'internal',
    message,
    suggestion: 'Try again. If it happens again, report it with the log from the data folder.',
  }
}
