/** A queue between one producer that never waits and one consumer that may be slow. */
export interface EventQueue<T> extends AsyncIterable<T> {
  push(item: T): void
  /** No more items; what is queued is still delivered. */
  end(): void
}

/**
 * @param merge joins a new item with the last one that still waits, where that loses nothing (text after
 *   text); so a slow consumer costs memory for its text only. Returns null when they can't be joined.
 */
export function createEventQueue<T>(merge: (last: T, next: T) => T | null = () => null): EventQueue<T> {
  const items: T[] = []
  let ended = false
  let wake: (() => void) | null = null
  const rouse = () => {
    wake?.()
    wake = null
  }
  return {
    push(item) {
      if (ended) return
      const last = items.at(-1)
      const joined = last === undefined ? null : merge(last, item)
      if (joined === null) items.push(item)
      else items[items.length - 1] = joined
      rouse()
    },
    end() {
      ended = true
      rouse()
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const item = items.shift()
        if (item !== undefined) {
          yield item
          continue
        }
        if (ended) return
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}
