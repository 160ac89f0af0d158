import { describe, expect, it } from 'vitest'
import { phasesOf } from './phases.ts'

const timings = { queueMs: 10, loadMs: 200, firstTokenMs: 260, prefillTps: 1, decodeTps: 1, durationMs: 1000 }

describe('what the time of a request was spent on', () => {
  it('adds up to the whole', () => {
    const phases = phasesOf(timings)
    expect(phases).toEqual([
      { name: 'queue', ms: 10 },
      { name: 'load', ms: 200 },
      { name: 'read', ms: 50 },
      { name: 'write', ms: 740 },
    ])
    expect(phases.reduce((sum, { ms }) => sum + ms, 0)).toBe(timings.durationMs)
  })

  it('leaves out what took no time and what is not known', () => {
    expect(phasesOf({ ...timings, queueMs: 0, loadMs: null }).map(({ name }) => name)).toEqual(['read', 'write'])
    expect(phasesOf({ ...timings, firstTokenMs: null }).map(({ name }) => name)).toEqual(['queue', 'load'])
    expect(phasesOf({ ...timings, durationMs: null }).map(({ name }) => name)).toEqual(['queue', 'load', 'read'])
    expect(phasesOf({ ...timings, firstTokenMs: 100 }).map(({ name }) => name)).not.toContain('read')
  })

  it('is nothing where no model was asked', () => {
    expect(phasesOf({ ...timings, queueMs: null, loadMs: null, firstTokenMs: null })).toEqual([])
  })
})
