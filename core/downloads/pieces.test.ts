import { describe, expect, it } from 'vitest'
import { createPieces, missingRanges, type Piece } from './pieces.ts'
import { createByteRanges } from './ranges.ts'

const MB = 1 << 20

describe('the pieces of a file', () => {
  it('are taken in the order of the file, around what is there', () => {
    const pieces = createPieces(missingRanges([[2 * MB, 3 * MB]], 5 * MB), MB)
    const taken = Array.from({ length: 4 }, () => pieces.take())
    expect(taken).toEqual([
      { next: 0, end: MB },
      { next: MB, end: 2 * MB },
      { next: 3 * MB, end: 4 * MB },
      { next: 4 * MB, end: 5 * MB },
    ])
  })

  it('are shared when all are under way: who is idle helps the slowest', () => {
    const pieces = createPieces([[0, 8 * MB]], 8 * MB)
    const slow = pieces.take()
    if (!slow) throw new Error('There is one.')
    slow.next = 2 * MB
    expect(pieces.take()).toEqual({ next: 5 * MB, end: 8 * MB })
    expect(slow.end).toBe(5 * MB)
  })

  it('are all fetched exactly once, whoever fails', () => {
    const pieces = createPieces([[0, 40 * MB]], 4 * MB)
    const got = createByteRanges()
    let fetched = 0
    const workers: (Piece | null)[] = [null, null, null]
    for (let turn = 0; turn < 1000; turn++) {
      const index = turn % 3
      const piece = (workers[index] ??= pieces.take())
      if (!piece) continue
      const step = Math.min(MB / 2, Math.max(0, piece.end - piece.next))
      got.add(piece.next, piece.next + step)
      fetched += step
      piece.next += step
      if (piece.next >= piece.end || turn % 7 === 0) {
        pieces.putBack(piece)
        pieces.putBack(piece)
        workers[index] = null
      }
    }
    expect(got.list()).toEqual([[0, 40 * MB]])
    expect(fetched).toBe(40 * MB)
  })
})

describe('byte ranges', () => {
  it('join where they touch, and know where the whole beginning ends', () => {
    const ranges = createByteRanges([[10, 20]])
    expect(ranges.prefix()).toBe(0)
    ranges.add(30, 40)
    ranges.add(0, 10)
    expect(ranges.list()).toEqual([
      [0, 20],
      [30, 40],
    ])
    expect(ranges.prefix()).toBe(20)
    ranges.add(15, 35)
    expect(ranges.list()).toEqual([[0, 40]])
    expect(ranges.total()).toBe(40)
  })
})
