import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { TextCoalescer } from './coalesce.ts'

describe('the text coalescer', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
  afterEach(() => vi.useRealTimers())

  function collect() {
    const posted: [string, number][] = []
    return { posted, coalescer: new TextCoalescer((text, tokens) => posted.push([text, tokens])) }
  }

  it('sends the first token at once and the next ones together', () => {
    const { posted, coalescer } = collect()
    coalescer.push('a')
    expect(posted).toEqual([['a', 1]])
    coalescer.push('b')
    coalescer.push('c')
    expect(posted).toHaveLength(1)
    vi.advanceTimersByTime(16)
    expect(posted).toEqual([
      ['a', 1],
      ['bc', 2],
    ])
  })

  it('sends at once again after a pause', () => {
    const { posted, coalescer } = collect()
    coalescer.push('a')
    vi.advanceTimersByTime(100)
    coalescer.push('b')
    expect(posted).toEqual([
      ['a', 1],
      ['b', 1],
    ])
  })

  it('counts tokens without text with the next text', () => {
    const { posted, coalescer } = collect()
    coalescer.push('')
    coalescer.push('')
    coalescer.push('🔥')
    expect(posted).toEqual([['🔥', 3]])
  })

  it('sends the rest at the end, and nothing after it was dropped', () => {
    const { posted, coalescer } = collect()
    coalescer.push('a')
    coalescer.push('b')
    coalescer.flush()
    expect(posted.at(-1)).toEqual(['b', 1])
    coalescer.push('c')
    coalescer.drop()
    vi.advanceTimersByTime(100)
    expect(posted).toHaveLength(2)
  })
})
