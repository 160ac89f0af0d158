import { describe, expect, it } from 'vitest'
import { runningAddon } from './running-addon.ts'

const own = { state: 'ready', native: true } as const
const library = { state: 'ready', native: false } as const

describe('runningAddon', () => {
  it('says what the models in memory run with', () => {
    expect(runningAddon([own, own])).toBe('own')
    expect(runningAddon([library])).toBe('library')
    expect(runningAddon([own, library])).toBe('both')
  })

  it('claims nothing before a model is in memory', () => {
    expect(runningAddon([])).toBe('none')
    expect(runningAddon([{ state: 'loading', native: false }])).toBe('none')
    expect(runningAddon([{ state: 'loading', native: false }, own])).toBe('own')
  })
})
