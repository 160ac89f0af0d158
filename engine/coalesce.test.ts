import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createPieceCoalescer, eventOf, type CountedPiece } from './coalesce.ts'

const say = (text: string) => [{ kind: 'text' as const, text }]
const think = (text: string) => [{ kind: 'reasoning' as const, text }]

describe('pieces of an answer', () => {
  let posted: CountedPiece[]
  let pieces: ReturnType<typeof createPieceCoalescer>

  beforeEach(() => {
    vi.useFakeTimers()
    posted = []
    pieces = createPieceCoalescer((piece) => posted.push(piece))
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('go out at once the first time, then together', () => {
    for (const word of ['One', ' two', ' three']) pieces.push(say(word))
    expect(posted).toEqual([{ kind: 'text', text: 'One', tokens: 1 }])
    vi.advanceTimersByTime(40)
    expect(posted.slice(1)).toEqual([{ kind: 'text', text: ' two three', tokens: 2 }])
  })

  it('go with a token rather than between two', () => {
    pieces.push(say('One'))
    vi.advanceTimersByTime(13)
    pieces.push(say(' two'))
    vi.advanceTimersByTime(13)
    pieces.push(say(' three'))
    expect(posted.slice(1)).toEqual([{ kind: 'text', text: ' two three', tokens: 2 }])
    vi.advanceTimersByTime(12)
    pieces.push(say(' four'))
    vi.advanceTimersByTime(20)
    expect(posted).toHaveLength(2)
    pieces.push(say(' five'))
    expect(posted.slice(2)).toEqual([{ kind: 'text', text: ' four five', tokens: 2 }])
  })

  it('count tokens that showed nothing with the next message', () => {
    pieces.push([])
    pieces.push(say(''))
    pieces.push(say('é'))
    expect(posted).toEqual([{ kind: 'text', text: 'é', tokens: 3 }])
  })

  it('stay in order when thinking turns into saying', () => {
    pieces.push(think('Hm'))
    pieces.push(think(', so'))
    pieces.push(say('Paris'))
    pieces.flush()
    expect(posted.map((piece) => [piece.kind, piece.tokens])).toEqual([
      ['reasoning', 1],
      ['reasoning', 1],
      ['text', 1],
    ])
  })

  it('join the arguments of one tool call, and keep two calls apart', () => {
    pieces.push(say('x'))
    const call = { kind: 'toolCall' as const, index: 0, callId: 'a' }
    pieces.push([{ ...call, name: 'now' }])
    pieces.push([{ ...call, argumentsDelta: '{"a"' }])
    pieces.push([{ ...call, argumentsDelta: ':1}' }])
    pieces.push([{ ...call, index: 1, callId: 'b', name: 'then' }])
    pieces.flush()
    expect(posted.slice(1)).toEqual([
      { ...call, name: 'now', argumentsDelta: '{"a":1}', tokens: 3 },
      { ...call, index: 1, callId: 'b', name: 'then', tokens: 1 },
    ])
  })

  it('keep the logprobs of every token, also of one without text', () => {
    const logprobs = [{ token: 'a', bytes: [97], logprob: -1, top: [] }]
    pieces.push([{ kind: 'text', text: 'a', logprobs }])
    pieces.push([{ kind: 'text', text: '', logprobs }])
    pieces.push([{ kind: 'text', text: 'b', logprobs }])
    pieces.flush()
    expect(posted.flatMap((piece) => (piece.kind === 'text' ? (piece.logprobs ?? []) : []))).toHaveLength(3)
  })

  it('tell the end without losing what was held back', () => {
    pieces.push(say('a'))
    pieces.push([])
    pieces.append(say('rest'))
    pieces.flush()
    expect(posted.at(-1)).toEqual({ kind: 'text', text: 'rest', tokens: 1 })
    expect(eventOf(7, { kind: 'text', text: 'rest', tokens: 1 })).toEqual({
      type: 'text',
      id: 7,
      text: 'rest',
      tokens: 1,
    })
  })
})
