import { describe, expect, it } from 'vitest'
import { createRecent } from './recent.ts'

describe('what was used last', () => {
  it('is kept up to a number of entries; what was asked for stays longest', () => {
    const recent = createRecent<number>(2, 100)
    recent.set('a', 1, 1)
    recent.set('b', 2, 1)
    expect(recent.get('a')).toBe(1)
    recent.set('c', 3, 1)
    expect([recent.get('a'), recent.get('b'), recent.get('c')]).toEqual([1, undefined, 3])
  })

  it('is kept up to a size', () => {
    const recent = createRecent<number>(10, 10)
    recent.set('a', 1, 6)
    recent.set('b', 2, 6)
    expect([recent.get('a'), recent.get('b')]).toEqual([undefined, 2])
    recent.set('b', 3, 11)
    expect(recent.get('b')).toBeUndefined()
  })
})
