import { describe, expect, it } from 'vitest'
import { timeLeft } from './work.ts'

describe('timeLeft', () => {
  it('goes by the pace so far', () => {
    expect(timeLeft({ doneBytes: 25, totalBytes: 100 }, 0, 10_000)).toBe(30_000)
  })

  it('says nothing before there is a pace, and at the end', () => {
    expect(timeLeft({ doneBytes: 25, totalBytes: 100 }, 0, 500)).toBeNull()
    expect(timeLeft({ doneBytes: 0, totalBytes: 100 }, 0, 10_000)).toBeNull()
    expect(timeLeft({ doneBytes: 100, totalBytes: 100 }, 0, 10_000)).toBeNull()
  })
})
