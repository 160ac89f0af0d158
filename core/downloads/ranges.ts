/** Bytes from the first on, up to but without the second. */
export type ByteRange = readonly [start: number, end: number]

/** Which bytes of a file are there. */
export interface ByteRanges {
  add(start: number, end: number): void
  clear(): void
  total(): number
  /** Where the part that is whole from the beginning ends. */
  prefix(): number
  /** Sorted, disjoint, never touching. */
  list(): ByteRange[]
}

export function createByteRanges(ranges: readonly ByteRange[] = []): ByteRanges {
  let sorted: ByteRange[] = []
  const add = (start: number, end: number) => {
    if (end <= start) return
    const apart = sorted.filter((range) => range[1] < start || range[0] > end)
    const touching = sorted.filter((range) => range[1] >= start && range[0] <= end)
    const joined: ByteRange = [
      Math.min(start, ...touching.map((range) => range[0])),
      Math.max(end, ...touching.map((range) => range[1])),
    ]
    sorted = [...apart, joined].toSorted((left, right) => left[0] - right[0])
  }
  for (const [start, end] of ranges) add(start, end)
  return {
    add,
    clear() {
      sorted = []
    },
    total: () => sorted.reduce((sum, [start, end]) => sum + end - start, 0),
    prefix: () => (sorted[0]?.[0] === 0 ? sorted[0][1] : 0),
    list: () => [...sorted],
  }
}
