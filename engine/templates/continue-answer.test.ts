import { describe, expect, it } from 'vitest'
import type { PromptMessage } from '../../shared/domain/generation.ts'
import { renderOpen } from './continue-answer.ts'

const begun = (message: Omit<PromptMessage, 'role'>, opening = '<|assistant|>\n') => {
  const messages: PromptMessage[] = [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', ...message },
  ]
  const render = ({ messages: given }: { messages: readonly PromptMessage[] }) => {
    const text = given.map(({ role, content }) => `<|${role}|>${content}</s>`).join('')
    return { text: text + opening, openingAt: text.length }
  }
  const { text, openingAt } = renderOpen({ render }, { messages, tools: [], reasoning: 'auto' })
  return text.slice(openingAt)
}

describe('an answer that was begun', () => {
  it('goes on where it ended', () => {
    expect(begun({ content: 'It is ' })).toBe('<|assistant|>\nIt is ')
  })

  it('has its thoughts before it', () => {
    expect(begun({ content: 'So', reasoning: 'Hm' })).toBe('<|assistant|>\n<think>\nHm\n</think>\n\nSo')
    expect(begun({ content: '', reasoning: 'Hm' })).toBe('<|assistant|>\n<think>\nHm')
  })

  it('does not stand among thoughts that the template opened', () => {
    expect(begun({ content: 'So' }, '<think>\n')).toBe('<think>\n</think>\n\nSo')
    expect(begun({ content: 'So', reasoning: 'Hm' }, '[THINK]')).toBe('[THINK]Hm\n[/THINK]\n\nSo')
  })

  it('that called a tool is finished', () => {
    const toolCalls = [{ id: '1', name: 'a', arguments: '{}' }]
    expect(begun({ content: '', toolCalls })).toBe('<|assistant|>\n')
  })
})
