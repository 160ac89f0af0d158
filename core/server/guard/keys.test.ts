import { describe, expect, it } from 'vitest'
import { isSameKey, presentedKey } from './keys.ts'

const from = (headers: Record<string, string>) => presentedKey((name) => headers[name])

describe('the key of a request', () => {
  it('comes as a bearer token or as x-api-key', () => {
    expect(from({ authorization: 'Bearer abc' })).toBe('abc')
    expect(from({ authorization: 'bearer  abc ' })).toBe('abc')
    expect(from({ 'x-api-key': 'abc' })).toBe('abc')
    expect(from({ authorization: 'Basic abc' })).toBeUndefined()
    expect(from({})).toBeUndefined()
  })

  it('must be the same to the last character', () => {
    expect(isSameKey('secret', 'secret')).toBe(true)
    expect(isSameKey('secre', 'secret')).toBe(false)
    expect(isSameKey('', 'secret')).toBe(false)
  })
})
