import { describe, expect, it } from 'vitest'
import { wrongSpecialToken } from './refuse-unusable.ts'

const tokens = ['a', 'b', 'c']

describe('wrongSpecialToken', () => {
  it('names the one that lies outside of the vocabulary', () => {
    expect(wrongSpecialToken({ tokens, bos_token_id: 3, eos_token_id: 2 })).toBe('bos_token_id')
    expect(wrongSpecialToken({ tokens, bos_token_id: 0, eos_token_id: 70_000 })).toBe('eos_token_id')
  })

  it('lets good ones pass, and those that say “none”', () => {
    expect(wrongSpecialToken({ tokens, bos_token_id: 0, eos_token_id: 2, add_bos_token: true })).toBeNull()
    expect(wrongSpecialToken({ tokens, bos_token_id: 0xffffffff, padding_token_id: -1 })).toBeNull()
  })

  it('claims nothing without a vocabulary', () => {
    expect(wrongSpecialToken({ bos_token_id: 5 })).toBeNull()
    expect(wrongSpecialToken({ tokens: 3, bos_token_id: 5 })).toBeNull()
  })
})
