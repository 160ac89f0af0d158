/** The beginning of what comes in parts, copied, so that it holds on to nothing else. */
export interface KeptBytes {
  /** @returns how many bytes of memory that took */
  add(part: Uint8Array): number
  /** A view of what was kept. */
  bytes(): Uint8Array
  /** There was more. */
  readonly cut: boolean
}

/** @param most bytes that are kept */
export function createKeptBytes(most: number): KeptBytes {
  let memory = new Uint8Array()
  let length = 0
  let cut = false

  return {
    add(part) {
      const before = memory.byteLength
      const kept = part.subarray(0, most - length)
      if (kept.byteLength < part.byteLength) cut = true
      const needed = length + kept.byteLength
      if (needed > before) {
        const larger = new Uint8Array(Math.min(most, Math.max(needed, 2 * before)))
        larger.set(memory.subarray(0, length))
        memory = larger
      }
      memory.set(kept, length)
      length = needed
      return memory.byteLength - before
    },
    bytes: () => memory.subarray(0, length),
    get cut() {
      return cut
    },
  }
}
