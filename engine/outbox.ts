/** What is told to the host in one turn of the event loop goes as one message. */
export interface Outbox<T> {
  post(message: T): void
  /** Sends what waits, at once. */
  flush(): void
}

/** Writing to the host and waking it costs more than what is in it, and all answers of a step are told together. */
export function createOutbox<T>(send: (messages: T[]) => void): Outbox<T> {
  let waiting: T[] = []
  function flush(): void {
    const messages = waiting
    waiting = []
    if (messages.length > 0) send(messages)
  }
  return {
    post(message) {
      waiting.push(message)
      // After the promises of this turn, in which the other answers of the step are handed on.
      if (waiting.length === 1) process.nextTick(flush)
    },
    flush,
  }
}
