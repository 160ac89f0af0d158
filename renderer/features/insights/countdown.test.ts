import { expect, it } from 'vitest'
import { countdown } from './countdown.ts'

it.each([
  [0, '0:00'],
  [-5000, '0:00'],
  [6001, '0:07'],
  [200_000, '3:20'],
  [3_800_000, '1:03:20'],
])('%d ms are left as %s', (ms, text) => {
  expect(countdown(ms)).toBe(text)
})
