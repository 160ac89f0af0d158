import { expect, it } from 'vitest'
import { enterCode } from './enter-code.ts'

it.each([
  ['http://127.0.0.1:1234/enter?code=Ab3_x-9fQ2', 'Ab3_x-9fQ2'],
  ['  http://box:1234/enter?code=Ab3_x-9fQ2#/chat/1 ', 'Ab3_x-9fQ2'],
  ['Ab3_x-9fQ2', 'Ab3_x-9fQ2'],
])('the code in %j is %s', (pasted, code) => {
  expect(enterCode(pasted)).toBe(code)
})

it.each(['', 'http://127.0.0.1:1234/', 'two words', 'short', 'http://x/enter?code=<script>'])(
  'there is no code in %j',
  (pasted) => {
    expect(enterCode(pasted)).toBeNull()
  },
)
