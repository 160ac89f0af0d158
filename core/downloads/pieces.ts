import type { ByteRange } from './ranges.ts'

/** What one connection fetches: the bytes from `next` up to `end`. */
export interface Piece {
  next: number
  /** Shrinks when another connection takes over the rest. */
  end: number
}

/** The missing bytes of a file, shared out among connections. */
export interface Pieces {
  /** The first missing bytes; when all are under way, half of what the slowest still has to do; null when none pays. */
  take(): Piece | null
  /** It is fetched, or given up: what is missing of it can be taken again. Nothing happens the second time. */
  putBack(piece: Piece): void
}

/** Below this a new request costs more than it gains. */
const SMALLEST_SHARE = 1 << 20

/**
 * Shares in the order of the file, so that its beginning can be hashed while the rest comes.
 *
 * @param chunkBytes longest piece
 */
export function createPieces(missing: readonly ByteRange[], chunkBytes: number): Pieces {
  let open: ByteRange[] = [...missing]
  const underWay = new Set<Piece>()

  const first = (): Piece | null => {
    const [range, ...rest] = open
    if (!range) return null
    const end = Math.min(range[1], range[0] + chunkBytes)
    open = end < range[1] ? [[end, range[1]], ...rest] : rest
    return { next: range[0], end }
  }
  const stolen = (): Piece | null => {
    let largest: Piece | null = null
    for (const piece of underWay) {
      if (!largest || piece.end - piece.next > largest.end - largest.next) largest = piece
    }
    if (!largest || largest.end - largest.next < 2 * SMALLEST_SHARE) return null
    const middle = Math.ceil((largest.next + largest.end) / 2)
    const piece = { next: middle, end: largest.end }
    largest.end = middle
    return piece
  }
  return {
    take() {
      const piece = first() ?? stolen()
      if (piece) underWay.add(piece)
      return piece
    },
    putBack(piece) {
      if (!underWay.delete(piece)) return
      if (piece.next < piece.end) open = [[piece.next, piece.end] as const, ...open].toSorted((a, b) => a[0] - b[0])
    },
  }
}

/** What is missing of a file of that size. */
export function missingRanges(there: readonly ByteRange[], size: number): ByteRange[] {
  const missing: ByteRange[] = []
  let at = 0
  for (const [start, end] of there) {
    if (start > at) missing.push([at, start])
    at = end
  }
  if (at < size) missing.push([at, size])
  return missing
}
