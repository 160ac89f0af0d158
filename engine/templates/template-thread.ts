import { Worker } from 'node:worker_threads'
import { createRenderer, type RendererAnswer, type RendererRequest, type RendererSetup } from './renderer.ts'

/** A template needs some ms even for a long chat. */
const renderLimitMs = 2_000
/** Loading the thread's code, on a busy machine. */
const startLimitMs = 30_000
/** A long chat takes a few; with more than this something is wrong. */
const memory = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 }

/** One template in a thread of its own. */
export interface TemplateThread {
  /** Answers in the order of asking. A template that never ends or takes all memory ends as `failed`. */
  ask(request: RendererRequest): Promise<RendererAnswer>
  close(): Promise<void>
}

interface Job {
  request: RendererRequest
  resolve: (answer: RendererAnswer) => void
}

/**
 * @param workerPath the built `template-worker.js`. Where it can't be started, templates are rendered in this thread:
 *   an answer is worth more than the protection from a template that never ends.
 */
export function createTemplateThread(
  setup: RendererSetup,
  { workerPath, limitMs = renderLimitMs }: { workerPath: string; limitMs?: number },
): TemplateThread {
  const waiting: Job[] = []
  let current: Job | null = null
  let worker: Worker | null = null
  let ready = false
  let timer: NodeJS.Timeout | undefined
  let inThisThread: ReturnType<typeof createRenderer> | null = null

  const finish = (answer: RendererAnswer) => {
    clearTimeout(timer)
    const job = current
    current = null
    job?.resolve(answer)
    next()
  }
  const limit = (ms: number, detail: string) => {
    clearTimeout(timer)
    timer = setTimeout(() => lose(detail), ms)
  }
  /** The thread is given up; the next request gets a fresh one. */
  const lose = (detail: string) => {
    const lost = worker
    worker = null
    ready = false
    lost?.removeAllListeners()
    // An error of a thread that is being ended is nobody's concern.
    lost?.on('error', () => undefined)
    void lost?.terminate()
    finish({ type: 'failed', at: 'conversation', detail })
  }
  const start = () => {
    const thread = new Worker(workerPath, { workerData: setup, resourceLimits: memory })
    worker = thread
    limit(startLimitMs, 'its thread does not start')
    thread.on('message', (message: RendererAnswer | 'ready') => {
      if (message !== 'ready') return finish(message)
      ready = true
      send()
    })
    thread.on('error', (error) => {
      if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
        return lose('rendering it takes too much memory')
      if (ready) return lose(error.message.slice(0, 500))
      process.stderr.write(`Chat templates are rendered without a thread of their own: ${error.message}\n`)
      worker = null
      inThisThread = createRenderer(setup)
      send()
    })
    thread.on('exit', () => {
      if (worker === thread) lose('the thread that rendered it ended')
    })
    // It must not keep a process alive that has nothing else to do.
    thread.unref()
  }
  const send = () => {
    if (current === null) return clearTimeout(timer)
    if (inThisThread !== null) return finish(inThisThread(current.request))
    limit(limitMs, 'it does not come to an end')
    worker?.postMessage(current.request)
  }
  const next = () => {
    current = waiting.shift() ?? null
    if (current === null) return
    if (worker === null && inThisThread === null) start()
    else if (ready || inThisThread !== null) send()
  }

  return {
    ask: (request) =>
      new Promise((resolve) => {
        waiting.push({ request, resolve })
        if (current === null) next()
      }),
    async close() {
      const last = worker
      worker = null
      clearTimeout(timer)
      last?.removeAllListeners()
      await last?.terminate()
      for (const job of [current, ...waiting.splice(0)])
        job?.resolve({ type: 'failed', at: 'conversation', detail: 'it was stopped' })
      current = null
    },
  }
}
