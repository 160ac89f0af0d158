/** What was used last, within a number of entries and a size. */
export interface Recent<T> {
  get(key: string): T | undefined
  /** What is larger than the whole is not kept. */
  set(key: string, value: T, size: number): void
}

export function createRecent<T>(maxEntries: number, maxSize: number): Recent<T> {
  const entries = new Map<string, { value: T; size: number }>()
  let total = 0
  return {
    get(key) {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      // A map gives its entries in the order in which they were set.
      entries.delete(key)
      entries.set(key, entry)
      return entry.value
    },
    set(key, value, size) {
      total -= entries.get(key)?.size ?? 0
      entries.delete(key)
      if (size > maxSize) return
      entries.set(key, { value, size })
      total += size
      for (const [oldest, { size: freed }] of entries) {
        if (entries.size <= maxEntries && total <= maxSize) break
        entries.delete(oldest)
        total -= freed
      }
    },
  }
}
