import { describe, expect, it } from 'vitest'
import { countTokens } from './count-tokens.ts'

/** Four characters a token. */
function counter() {
  const seen = { chars: 0, turns: 0 }
  return {
    seen,
    count: (text: string, limit: number) =>
      countTokens(
        text,
        limit,
        (slice) => {
          seen.chars += slice.length
          return Math.ceil(slice.length / 4)
        },
        async () => {
          seen.turns++
        },
      ),
  }
}

describe('counting tokens', () => {
  it('is exact for short texts', async () => {
    expect(await counter().count('x'.repeat(400), 100)).toEqual({ tokens: 100, over: false })
    expect(await counter().count('x'.repeat(404), 100)).toEqual({ tokens: 101, over: true })
  })

  it('stops early in a text of 50 MB, and estimates the whole', async () => {
    const { seen, count } = counter()
    const result = await count('x'.repeat(50_000_000), 8192)
    expect(result.over).toBe(true)
    expect(result.tokens).toBeCloseTo(12_500_000, -5)
    expect(seen.chars).toBeLessThan(100_000)
  })

  it('lets others run between slices', async () => {
    const { seen, count } = counter()
    expect(await count('x'.repeat(65_536), 1_000_000)).toEqual({ tokens: 16_384, over: false })
    expect(seen.turns).toBe(3)
  })
})
