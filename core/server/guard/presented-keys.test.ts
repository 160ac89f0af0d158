import { describe, expect, it } from 'vitest'
import { presentedKeys } from './presented-keys.ts'

describe('the key of a request', () => {
  it.each([
    [{ authorization: 'Bearer abc' }, ['abc']],
    [{ authorization: 'bearer  abc ' }, ['abc']],
    [{ 'x-api-key': 'abc ' }, ['abc']],
    [{ authorization: 'Bearer abc', 'x-api-key': 'def' }, ['abc', 'def']],
    [{ authorization: 'Basic abc' }, []],
    [{ authorization: 'Bearer', 'x-api-key': '' }, []],
    [{}, []],
  ])('of %o is %o', (headers: Record<string, string>, expected) => {
    expect(presentedKeys((name) => headers[name])).toEqual(expected)
  })
})
