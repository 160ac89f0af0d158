import { describe, expect, it } from 'vitest'
import { Detokenizer } from './detokenizer.ts'

/** Tokens are byte arrays here, as in byte-level BPE. */
function detokenizer() {
  return new Detokenizer<number[]>((tokens) => Buffer.from(tokens.flat()).toString('utf8'))
}

function bytes(text: string): number[] {
  return [...Buffer.from(text, 'utf8')]
}

function cut(text: string, sizes: number[]): number[][] {
  const all = bytes(text)
  const tokens: number[][] = []
  for (let at = 0, turn = 0; at < all.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    tokens.push(all.slice(at, at + size))
    at += size
  }
  return tokens
}

describe('the detokenizer', () => {
  it('gives plain text at once', () => {
    const stream = detokenizer()
    expect(stream.push(bytes('Hello'))).toBe('Hello')
    expect(stream.push(bytes(' world'))).toBe(' world')
    expect(stream.flush()).toBe('')
  })

  it('holds an incomplete character back until it is whole', () => {
    const stream = detokenizer()
    const pieces = cut('🔥', [1]).map((token) => stream.push(token))
    expect(pieces).toEqual(['', '', '', '🔥'])
  })

  it('never breaks a character, however the bytes are cut', () => {
    const text = '你好，世界 — 🔥👩‍👩‍👧 naïve café الحرارة'
    for (const sizes of [[1], [2], [3], [5], [1, 4], [2, 3, 1]]) {
      const stream = detokenizer()
      const pieces = cut(text, sizes).map((token) => stream.push(token))
      const joined = pieces.join('') + stream.flush()
      expect(joined).toBe(text)
      expect(pieces.join('')).not.toContain('\uFFFD')
    }
  })

  it('gives what is whole while the next character is still open', () => {
    const stream = detokenizer()
    expect(stream.push([...bytes('好'), 0xe4])).toBe('好')
    expect(stream.push([0xbd, 0xa0, 0xe5])).toBe('你')
    expect(stream.push([0xa5, 0xbd])).toBe('好')
  })

  it('lets bytes through that never become a character', () => {
    const stream = detokenizer()
    const pieces = [[0xff], [0x41], [0xff], [0xff], [0xff], [0xff], [0xff]].map((token) => stream.push(token))
    expect((pieces.join('') + stream.flush()).startsWith('\uFFFDA')).toBe(true)
  })
})
