import { describe, expect, it } from 'vitest'
import type { Message } from '../../shared/domain/chats.ts'
import { currentThread, threadTo, titleOf, toPrompt } from './thread.ts'

function message(id: string, parentId: string | null, role: Message['role'], content = id): Message {
  return {
    id,
    chatId: 'c',
    parentId,
    role,
    content,
    reasoning: null,
    status: 'complete',
    error: null,
    model: null,
    finishReason: null,
    usage: null,
    timings: null,
    droppedMessages: 0,
    createdAt: 0,
  }
}

describe('the thread of a chat', () => {
  const messages = [message('q1', null, 'user'), message('a1', 'q1', 'assistant'), message('a2', 'q1', 'assistant')]

  it('follows the newest answer and leaves its older sibling out', () => {
    expect(currentThread(messages).map(({ id }) => id)).toEqual(['q1', 'a2'])
    expect(threadTo(messages, 'a1').map(({ id }) => id)).toEqual(['q1', 'a1'])
    expect(currentThread([])).toEqual([])
  })

  it('does not show the model an answer that failed before its first word', () => {
    expect(toPrompt([message('q', null, 'user'), message('a', 'q', 'assistant', '')])).toEqual([
      { role: 'user', content: 'q' },
    ])
  })
})

describe('a title', () => {
  it.each([
    ['What is the capital of France?', 'What is the capital of France?'],
    ['\n\n  two\n lines', 'two'],
    ['a'.repeat(100), `${'a'.repeat(60)}…`],
    ['👩‍🚀 '.repeat(2), '👩‍🚀 👩‍🚀'],
    [`${'word '.repeat(30)}`, `${'word '.repeat(11)}word…`],
  ])('of %j is %j', (question, title) => expect(titleOf(question)).toBe(title))
})
