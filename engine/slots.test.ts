import { describe, expect, it } from 'vitest'
import { FakeSlot } from './fake-slot.testing.ts'
import { chooseSlot } from './slots.ts'

function chosen(slots: FakeSlot[], prompt: string, usedAt: number[] = []) {
  const choices = slots.map((state, index) => ({ state, usedAt: usedAt[index] ?? 0 }))
  return chooseSlot<string, FakeSlot>(choices, [...prompt])?.state.name
}

describe('slots', () => {
  it('continue the chat whose beginning they hold', () => {
    const slots = [new FakeSlot('other', 'xyz'), new FakeSlot('chat', 'hello wor'), new FakeSlot('shorter', 'hell')]
    expect(chosen(slots, 'hello world')).toBe('chat')
  })

  it('reuse a prompt even when a long answer stands behind it', () => {
    expect(chosen([new FakeSlot('empty'), new FakeSlot('answered', `question${'a'.repeat(500)}`)], 'question')).toBe(
      'answered',
    )
  })

  it('do not cost another chat its cache for a common system prompt', () => {
    const slots = [new FakeSlot('chat', `system${'a'.repeat(500)}`), new FakeSlot('empty')]
    expect(chosen(slots, 'system and a new question')).toBe('empty')
  })

  it('go to the least recently used one when none fits', () => {
    expect(chosen([new FakeSlot('a', 'aaaa'), new FakeSlot('b', 'bbbb')], 'cccc', [2, 1])).toBe('b')
  })

  it('are none when all are busy', () => {
    expect(chosen([], 'prompt')).toBeUndefined()
  })
})
