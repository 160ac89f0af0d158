/**
 * Lets one task have the context for itself. node-llama-cpp erases tokens from a sequence under a lock that its batch
 * loop only gives back when no stream has asked for a step; a running answer asks again at once, so without this gate a
 * new request would wait for the whole of it. Streams pass the gate before each step.
 */
export class ContextGate {
  #tasks = 0
  #opened: Promise<void> | null = null
  #open: () => void = () => undefined

  /** Runs a task while no stream asks for a step. Tasks may overlap: the lock orders them. */
  async alone<T>(task: () => Promise<T>): Promise<T> {
    this.#tasks++
    this.#opened ??= new Promise((resolve) => {
      this.#open = resolve
    })
    try {
      return await task()
    } finally {
      this.#tasks--
      if (this.#tasks === 0) {
        this.#opened = null
        this.#open()
      }
    }
  }

  /** Resolves when no task needs the context; null, and nothing to wait for, when none does now. */
  get opened(): Promise<void> | null {
    return this.#opened
  }
}
