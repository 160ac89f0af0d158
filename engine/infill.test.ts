import type { Token } from 'node-llama-cpp'
import { describe, expect, it } from 'vitest'
import { infillTokens, type InfillModel } from './infill.ts'

/** One token a character; control tokens have numbers below ten. */
function model(infill: { prefix: number | null; middle: number | null; suffix: number | null }, prepends = false) {
  const tokenize = (text: string, special: boolean) => [...text].map((char) => (special ? 0 : char.charCodeAt(0)))
  const tokens = { infill, bos: 9, shouldPrependBosToken: prepends }
  return { tokens, tokenize } as unknown as InfillModel // of the model only these are looked at
}
const input = { prefix: 'ab', suffix: 'z' }
const tokens = (...numbers: number[]) => numbers as Token[] // as the model gives them

describe('filling in between two texts', () => {
  it('has the middle last where the model knows one', () => {
    expect(infillTokens(model({ prefix: 1, middle: 2, suffix: 3 }), input)).toEqual(tokens(1, 97, 98, 3, 122, 2))
  })

  it('has the prefix last where the model goes on from there', () => {
    expect(infillTokens(model({ prefix: 1, middle: null, suffix: 3 }, true), input)).toEqual(
      tokens(9, 3, 122, 1, 97, 98),
    )
  })

  it('is refused by name where the model has no tokens for it', () => {
    expect(() => infillTokens(model({ prefix: null, middle: null, suffix: null }), input)).toThrow(
      expect.objectContaining({ code: 'unsupported_parameter', data: { parameter: 'infill' } }),
    )
  })

  it('takes nothing before or behind as nothing', () => {
    expect(infillTokens(model({ prefix: 1, middle: 2, suffix: 3 }), { prefix: '', suffix: '' })).toEqual(
      tokens(1, 3, 2),
    )
  })
})
