import { describe, expect, it } from 'vitest'
import type { Chat, ChatEvent, Message } from '../../../shared/domain/chats.ts'
import { applyEvents, EMPTY_CHAT, runningAnswer } from './chat-state.ts'

const chat: Chat = { id: 'c', title: 'Bread', autoTitle: true, model: null, createdAt: 0, updatedAt: 0 }

function message(id: string, change: Partial<Message> = {}): Message {
  return {
    id,
    chatId: 'c',
    parentId: null,
    role: 'assistant',
    content: '',
    reasoning: null,
    status: 'streaming',
    finishReason: null,
    error: null,
    model: 'm',
    usage: null,
    timings: null,
    droppedMessages: 0,
    createdAt: 0,
    ...change,
  }
}

const question = message('q', { role: 'user', status: 'complete', content: 'Why?' })
const open = applyEvents(EMPTY_CHAT, [{ type: 'snapshot', chat, messages: [question, message('a')] }])
const delta = (text: string): ChatEvent => ({ type: 'delta', messageId: 'a', text })

describe('a chat that is watched', () => {
  it('gathers the text of an answer in order', () => {
    const state = applyEvents(applyEvents(open, [delta('Be'), delta('cause')]), [delta('.')])
    expect(state.messages[1]?.content).toBe('Because.')
  })

  it('leaves the messages that nothing happened to as they are, so that they are not drawn again', () => {
    expect(applyEvents(open, [delta('x')]).messages[0]).toBe(open.messages[0])
  })

  it('shows where an answer stands until its first token', () => {
    const waiting = applyEvents(open, [
      { type: 'progress', messageId: 'a', progress: { phase: 'loading', progress: 0.5 } },
    ])
    expect(waiting.progress['a']).toEqual({ phase: 'loading', progress: 0.5 })
    expect(applyEvents(waiting, [delta('x')]).progress).toEqual({})
  })

  it('gathers what the model thinks apart from what it answers, and measures how long that took', () => {
    const thought = (text: string): ChatEvent => ({ type: 'reasoning', messageId: 'a', text })
    const thinking = applyEvents(applyEvents(open, [thought('Fl'), thought('our')], 1000), [thought('!')], 3000)
    expect(thinking.messages[1]).toMatchObject({ content: '', reasoning: 'Flour!' })
    expect(thinking.thinking['a']).toEqual({ start: 1000, end: null })
    const answering = applyEvents(applyEvents(thinking, [delta('Be')], 5000), [delta('cause')], 6000)
    expect(answering.messages[1]).toMatchObject({ content: 'Because', reasoning: 'Flour!' })
    expect(answering.thinking['a']).toEqual({ start: 1000, end: 5000 })
  })

  it('does not claim to know how long thoughts took that had begun before', () => {
    const late = applyEvents(EMPTY_CHAT, [
      { type: 'snapshot', chat, messages: [question, message('a', { reasoning: 'Fl' })] },
      { type: 'reasoning', messageId: 'a', text: 'our' },
    ])
    expect(late.messages[1]?.reasoning).toBe('Flour')
    expect(late.thinking).toEqual({})
  })

  it('keeps what arrived of an answer that failed', () => {
    const failed = message('a', {
      content: 'Beca',
      status: 'failed',
      error: { code: 'engine_crashed', message: 'gone' },
    })
    const state = applyEvents(open, [delta('Beca'), { type: 'message', message: failed }])
    expect(state.messages.at(-1)).toMatchObject({ content: 'Beca', status: 'failed' })
    expect(runningAnswer(state.messages)).toBeNull()
  })

  it('adds new messages at the end and replaces known ones in place', () => {
    const done = message('a', { content: 'Because.', status: 'complete' })
    const state = applyEvents(open, [
      { type: 'message', message: done },
      { type: 'message', message: message('q2', { role: 'user', status: 'complete' }) },
      { type: 'message', message: message('a2') },
    ])
    expect(state.messages.map((entry) => entry.id)).toEqual(['q', 'a', 'q2', 'a2'])
    expect(runningAnswer(state.messages)?.id).toBe('a2')
  })

  it('begins anew with each snapshot, as after a lost connection', () => {
    const again = applyEvents(applyEvents(open, [delta('Beca')]), [
      { type: 'snapshot', chat, messages: [question, message('a', { content: 'Because' })] },
      delta('.'),
    ])
    expect(again.messages[1]?.content).toBe('Because.')
  })

  it('is over when it was deleted', () => {
    expect(applyEvents(open, [{ type: 'deleted' }]).deleted).toBe(true)
  })
})
