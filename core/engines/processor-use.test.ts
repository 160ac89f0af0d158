import { expect, it } from 'vitest'
import { createProcessorUse } from './processor-use.ts'

it('the use of the processors is that since the last look', () => {
  let busy = 1000
  let idle = 1000
  const use = createProcessorUse(() => [{ times: { user: busy, sys: 0, idle } }])
  busy += 30
  idle += 70
  expect(use()).toBeCloseTo(0.3)
  idle += 100
  expect(use()).toBe(0)
  expect(use()).toBe(0)
})
