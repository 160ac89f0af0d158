import { expect, it } from 'vitest'
import type { Message } from '../../../shared/domain/chats.ts'
import { conversationMarkdown } from './conversation.ts'

const base: Message = {
  id: '1',
  chatId: 'c',
  parentId: null,
  role: 'user',
  content: 'Why?\n',
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

it('copies a chat with its title and who said what', () => {
  const answer: Message = { ...base, id: '2', role: 'assistant', content: '**Because.**', model: 'smollm2:135m' }
  const empty: Message = { ...answer, id: '3', content: '', status: 'failed' }
  expect(conversationMarkdown({ title: 'Bread' }, [base, answer, empty], 'You')).toBe(
    '# Bread\n\n**You**\n\nWhy?\n\n**smollm2:135m**\n\n**Because.**\n',
  )
})
