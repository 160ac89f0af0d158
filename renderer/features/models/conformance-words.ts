import type { Conformance } from '../../../shared/domain/models.ts'

export const TESTS = ['json', 'tools', 'parallelTools', 'thinking', 'stopStrings'] as const
export type TestName = (typeof TESTS)[number]

/** How a test came out, as one word; `none` where the model does not do it at all. */
export type Outcome = 'yes' | 'no' | 'native' | 'constrained' | 'none'

/** The outcome of one test. */
export function outcomeOf(conformance: Conformance, test: TestName): Outcome {
  switch (test) {
    case 'tools':
      return conformance.tools
    case 'thinking':
      return conformance.thinking === null ? 'none' : conformance.thinking ? 'yes' : 'no'
    case 'json':
    case 'parallelTools':
    case 'stopStrings':
      return conformance[test] ? 'yes' : 'no'
  }
}

/** How many of the tests a model passed, of those that concern it. */
export function score(conformance: Conformance): { passed: number; of: number } {
  const outcomes = TESTS.map((test) => outcomeOf(conformance, test))
  // Not to think aloud is no failure; to have no tools is one.
  const counted = outcomes.filter((outcome, index) => outcome !== 'none' || TESTS[index] !== 'thinking')
  return {
    passed: counted.filter((outcome) => outcome !== 'no' && outcome !== 'none').length,
    of: counted.length,
  }
}
