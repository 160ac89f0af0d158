import { type Batch, createBatch } from '../shared/batch.ts'
import type { Channel } from '../shared/process/channel.ts'

/** What Electron gives a utility process; named here because only `electron/` may import Electron. */
interface HostPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  on(event: 'close', listener: () => void): void
  start(): void
  close(): void
}

interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown; ports: HostPort[] }) => void): void
}

/**
 * Connects a child process to the program that started it: over the port that an Electron utility process is handed
 * first, or over Node's IPC channel. Loss of the host ends the process at once, so that no model stays in memory
 * without an owner; `onClose` listeners run just before. Rejects when nobody hosts this process.
 */
export async function connectHost<Out, In>(): Promise<Channel<Out, In>> {
  const parentPort = (process as { parentPort?: ParentPort }).parentPort // absent from Node's types
  if (parentPort !== undefined) return portChannel(await firstPort(parentPort))
  if (process.send !== undefined) return forkChannel()
  throw new Error('This file is started by Hearth and does nothing on its own.')
}

function firstPort(parentPort: ParentPort): Promise<HostPort> {
  return new Promise((resolve) => {
    parentPort.on('message', (event) => {
      const port = event.ports[0]
      if (port !== undefined) resolve(port)
    })
  })
}

function portChannel<Out, In>(port: HostPort): Channel<Out, In> {
  const inbox = new Inbox<In>()
  const end = new End()
  port.on('message', (event) => inbox.deliver(event.data as In)) // both ends are built from the same protocol types
  port.on('close', () => end.now())
  port.start()
  const outbox = createOutbox<Out>((messages) => port.postMessage(messages))
  return {
    post: outbox.push,
    onMessage: (listener) => inbox.listen(listener),
    onClose: (listener) => end.before(listener),
    close() {
      outbox.flush()
      port.close()
    },
  }
}

function forkChannel<Out, In>(): Channel<Out, In> {
  const inbox = new Inbox<In>()
  const end = new End()
  process.on('message', (message) => inbox.deliver(message as In)) // both ends are built from the same protocol types
  process.on('disconnect', () => end.now())
  // A write that fails because the host is going away is not an error of its own: `disconnect` follows.
  const ignoreLostHost = (): void => undefined
  const outbox = createOutbox<Out>((messages) => {
    if (process.connected) process.send?.(messages, undefined, undefined, ignoreLostHost)
  })
  return {
    post: outbox.push,
    onMessage: (listener) => inbox.listen(listener),
    onClose: (listener) => end.before(listener),
    close() {
      outbox.flush()
      if (process.connected) process.disconnect()
    },
  }
}

/**
 * Sends what is told in one turn of the event loop, with its promises, as one message: writing to the host and waking it
 * costs more than what is in it, and all answers of a step are told together.
 */
function createOutbox<Out>(send: (messages: Out[]) => void): Batch<Out> {
  return createBatch(send, (flush) => process.nextTick(flush))
}

/** Keeps messages until somebody listens. */
class Inbox<In> {
  #listener: ((message: In) => void) | undefined
  #kept: In[] = []

  deliver(message: In): void {
    if (this.#listener === undefined) this.#kept.push(message)
    else this.#listener(message)
  }

  listen(listener: (message: In) => void): void {
    this.#listener = listener
    for (const message of this.#kept.splice(0)) listener(message)
  }
}

class End {
  readonly #listeners: (() => void)[] = []

  before(listener: () => void): void {
    this.#listeners.push(listener)
  }

  now(): never {
    for (const listener of this.#listeners) listener()
    return process.exit()
  }
}
