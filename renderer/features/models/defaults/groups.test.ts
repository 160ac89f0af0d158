import { describe, expect, it } from 'vitest'
import type { ModelDefaults } from '../../../../shared/domain/models.ts'
import { emptyGroup, escapeStop, isGroupSet, pickGroup, unescapeStop, withField } from './groups.ts'

const defaults: ModelDefaults = {
  system: 'Be brief.',
  sampling: { temperature: 0.2 },
  load: {},
  template: null,
  goTemplate: null,
  stop: ['END'],
  maxTokens: 200,
}

describe('the groups of the defaults', () => {
  it('are picked with their fields', () => {
    expect(pickGroup(defaults, 'answer')).toEqual({ maxTokens: 200, stop: ['END'] })
    expect(pickGroup(defaults, 'sampling')).toEqual({ sampling: { temperature: 0.2 } })
  })

  it('know whether something is set', () => {
    expect(isGroupSet(defaults, 'system')).toBe(true)
    expect(isGroupSet(defaults, 'load')).toBe(false)
    expect(isGroupSet({ ...defaults, ...emptyGroup('answer') }, 'answer')).toBe(false)
  })
})

describe('withField', () => {
  it('sets a field and leaves it out when there is nothing', () => {
    expect(withField({ topK: 40 } as { topK?: number; topP?: number }, 'topP', 0.9)).toEqual({ topK: 40, topP: 0.9 })
    expect(withField({ topK: 40, topP: 0.9 } as { topK?: number; topP?: number }, 'topP', undefined)).toEqual({
      topK: 40,
    })
  })
})

describe('a stop string', () => {
  it.each(['\n\n', 'END', 'a\tb', 'C:\\new', '\\n'])('comes back from how it is shown: %j', (text) => {
    expect(unescapeStop(escapeStop(text))).toBe(text)
    expect(escapeStop(text)).not.toMatch(/[\n\t]/)
  })
})
