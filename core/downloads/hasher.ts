import { Worker } from 'node:worker_threads'
import { createHashSessions, type HashAnswer, type HashRequest } from './hash-sessions.ts'

/** The hash of one file that is still being written. */
export interface FileHash {
  /** The first `to` bytes are written and stay as they are. */
  advance(to: number): void
  /** Lower-case hex of the sha256 of the first `size` bytes. Rejects when they can't be read, or after `close`. */
  digest(size: number): Promise<string>
  close(): void
}

export interface Hasher {
  open(path: string): FileHash
  close(): Promise<void>
}

/** Who hashes: a thread, or this one. */
interface Side {
  post(request: HashRequest): void
  end(): Promise<void>
}

interface Waiting {
  path: string
  size: number
  resolve: (sha256: string) => void
  reject: (error: Error) => void
}

/**
 * @param workerPath the built `hash-worker.js`; null hashes in this thread, as is done too when that can't run
 */
export function createHasher(workerPath: string | null): Hasher {
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  let side: Side | null = null
  let threadFailed = false

  const settle = (answer: HashAnswer) => {
    const waiter = waiting.get(answer.id)
    if (!waiter) return
    waiting.delete(answer.id)
    if (answer.type === 'digest') waiter.resolve(answer.sha256)
    else waiter.reject(Object.assign(new Error(answer.message), { code: answer.code }))
  }
  const start = (): Side => {
    if (workerPath === null || threadFailed) return { post: createHashSessions(settle), end: () => Promise.resolve() }
    const worker = new Worker(workerPath)
    const thread: Side = {
      post: (request) => worker.postMessage(request),
      end: async () => void (await worker.terminate()),
    }
    const lose = () => {
      if (side !== thread) return
      threadFailed = true
      side = start()
      // What is asked for is read again from the beginning.
      for (const [id, { path, size }] of waiting) ask(side, id, path, size)
    }
    worker.on('message', settle)
    worker.on('error', lose)
    worker.on('exit', lose)
    // It must not keep a program alive that has nothing else to do.
    worker.unref()
    return thread
  }
  const ask = (to: Side, id: number, path: string, size: number) => {
    to.post({ type: 'open', id, path })
    to.post({ type: 'digest', id, size })
  }

  return {
    open(path) {
      const id = ++lastId
      const here = (side ??= start())
      here.post({ type: 'open', id, path })
      return {
        advance(to) {
          if (side === here) here.post({ type: 'advance', id, to })
        },
        digest: (size) =>
          new Promise((resolve, reject) => {
            waiting.set(id, { path, size, resolve, reject })
            if (side === here) here.post({ type: 'digest', id, size })
            else ask((side ??= start()), id, path, size)
          }),
        close() {
          waiting.get(id)?.reject(new Error('Stopped.'))
          waiting.delete(id)
          side?.post({ type: 'close', id })
        },
      }
    },
    async close() {
      const last = side
      side = null
      await last?.end()
      for (const [id, { reject }] of waiting) {
        waiting.delete(id)
        reject(new Error('Stopped.'))
      }
    },
  }
}
