export interface Batch<T> {
  push: (item: T) => void
  /** Hands over what waits, now. */
  flush: () => void
}

/** Collects items and hands them over together when `schedule` calls back, as once a frame or a turn of the event loop. */
export function createBatch<T>(deliver: (items: T[]) => void, schedule: (callback: () => void) => void): Batch<T> {
  let waiting: T[] = []
  let scheduled = false
  const flush = (): void => {
    scheduled = false
    const items = waiting
    waiting = []
    if (items.length > 0) deliver(items)
  }
  return {
    push(item) {
      waiting.push(item)
      if (scheduled) return
      scheduled = true
      schedule(flush)
    },
    flush,
  }
}
