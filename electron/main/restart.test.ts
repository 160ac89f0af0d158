import { describe, expect, it } from 'vitest'
import { RESTART_WINDOW_MS, mayRestart } from './restart.ts'

describe('a core that died', () => {
  it('is started again the first time', () => {
    expect(mayRestart(null, 5)).toBe(true)
  })

  it('is given up when it dies twice within a minute', () => {
    expect(mayRestart(1_000, 1_000 + RESTART_WINDOW_MS - 1)).toBe(false)
  })

  it('is started again when it ran well for a minute in between', () => {
    expect(mayRestart(1_000, 1_000 + RESTART_WINDOW_MS)).toBe(true)
  })
})
