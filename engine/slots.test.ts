import { describe, expect, it } from 'vitest'
import { FakeSlot } from './fake-slot.testing.ts'
import { chooseSlot } from './slots.ts'

function chosen(slots: FakeSlot[], prompt: string, usedAt: number[] = [], busy: string[] = [], dear: string[] = []) {
  const choices = slots.map((state, index) => ({ state, usedAt: usedAt[index] ?? 0 }))
  const isIdle = ({ state }: { state: FakeSlot }) => !busy.includes(state.name)
  return chooseSlot<string, FakeSlot>(choices, isIdle, [...prompt], ({ name }) => dear.includes(name))?.state.name
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

  it('stand beside those that run, where no beginning fits', () => {
    const slots = ['a', 'b', 'c', 'd'].map((name) => new FakeSlot(name, name.repeat(4)))
    expect(chosen(slots, 'xxxx', [1, 4, 3, 2], ['b'])).toBe('a')
    expect(chosen(slots, 'xxxx', [4, 3, 2, 1], ['b'])).toBe('c')
    expect(chosen(slots, 'dddd', [4, 3, 2, 1], ['b'])).toBe('d')
  })

  it('spare others that run the time to save what a slot holds, as long as there is another one', () => {
    const slots = ['a', 'b', 'c', 'd'].map((name) => new FakeSlot(name, name.repeat(4)))
    expect(chosen(slots, 'xxxx', [1, 4, 3, 2], ['b'], ['a', 'c'])).toBe('d')
    expect(chosen(slots, 'xxxx', [1, 4, 3, 2], ['b'], ['a'])).toBe('c')
    expect(chosen(slots, 'xxxx', [1, 4, 3, 2], ['b'], ['a', 'c', 'd'])).toBe('a')
    expect(chosen(slots, 'xxxx', [1, 4, 3, 2], [], ['a'])).toBe('a')
  })

  it('are none when all are busy', () => {
    expect(chosen([new FakeSlot('a')], 'prompt', [1], ['a'])).toBeUndefined()
  })
})
