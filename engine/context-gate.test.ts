import { describe, expect, it } from 'vitest'
import { ContextGate } from './context-gate.ts'

describe('the context gate', () => {
  it('is open when nobody needs the context for itself', () => {
    expect(new ContextGate().opened).toBeNull()
  })

  it('holds streams until the last of overlapping tasks is done', async () => {
    const gate = new ContextGate()
    const finish: (() => void)[] = []
    const task = () => gate.alone(() => new Promise<void>((resolve) => finish.push(resolve)))
    const tasks = [task(), task()]
    let passed = false
    const stream = gate.opened?.then(() => (passed = true))
    finish[0]?.()
    await tasks[0]
    expect(passed).toBe(false)
    finish[1]?.()
    await Promise.all([tasks[1], stream])
    expect(passed).toBe(true)
    expect(gate.opened).toBeNull()
  })

  it('opens again after a task that failed', async () => {
    const gate = new ContextGate()
    await expect(gate.alone(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(gate.opened).toBeNull()
  })
})
