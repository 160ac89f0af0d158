import { expect, it } from 'vitest'
import { bestSpeed } from './tuning-words.ts'

it('the speed that is shown is the best of its kind', () => {
  const measured = [
    { what: 'decode' as const, setting: '4', tokensPerSecond: 30 },
    { what: 'decode' as const, setting: '7', tokensPerSecond: 41 },
    { what: 'prefill' as const, setting: '8', tokensPerSecond: 800 },
  ]
  expect(bestSpeed({ measured }, 'decode')).toBe(41)
  expect(bestSpeed({ measured }, 'prefill')).toBe(800)
  expect(bestSpeed({ measured }, 'batchSize')).toBeNull()
})
