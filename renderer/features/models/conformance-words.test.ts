import { expect, it } from 'vitest'
import type { Conformance } from '../../../shared/domain/models.ts'
import { outcomeOf, score } from './conformance-words.ts'

const tried: Conformance = {
  testedAt: 0,
  engine: '1',
  json: true,
  tools: 'constrained',
  parallelTools: false,
  thinking: null,
  stopStrings: true,
  details: [],
}

it('a model that does not think aloud is not counted as failing to', () => {
  expect(outcomeOf(tried, 'thinking')).toBe('none')
  expect(score(tried)).toEqual({ passed: 3, of: 4 })
  expect(score({ ...tried, thinking: true })).toEqual({ passed: 4, of: 5 })
  expect(score({ ...tried, thinking: false })).toEqual({ passed: 3, of: 5 })
})

it('a model without tools fails that test, one with constrained tools passes it', () => {
  expect(score({ ...tried, tools: 'none' })).toEqual({ passed: 2, of: 4 })
  expect(outcomeOf({ ...tried, tools: 'native' }, 'tools')).toBe('native')
})
