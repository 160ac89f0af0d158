import { describe, expect, it } from 'vitest'
import { AppError } from '../shared/domain/errors.ts'
import type { PromptMessage } from '../shared/domain/generation.ts'
import { fitMessages, type TokenMeter } from './truncate.ts'

/** One token a word, and two around each message. */
function meter(): TokenMeter<{ tokens: string[] }> & { rendered: (readonly PromptMessage[])[]; counted: number } {
  const words = (text: string) => text.split(' ').filter((word) => word !== '')
  const self = {
    rendered: [] as (readonly PromptMessage[])[],
    counted: 0,
    async render(messages: readonly PromptMessage[]) {
      self.rendered.push([...messages])
      return { tokens: messages.flatMap(({ content, role }) => [role, ...words(content), 'end']) }
    },
    async count(text: string, limit: number) {
      self.counted++
      const tokens = words(text).length
      return { tokens, over: tokens > limit }
    },
  }
  return self
}

const say = (role: PromptMessage['role'], content: string): PromptMessage => ({ role, content })
const words = (count: number, word = 'w') => Array.from({ length: count }, () => word).join(' ')

async function fit(
  messages: PromptMessage[],
  options: { contextLength: number; truncate?: boolean; answerTokens?: number },
) {
  const counter = meter()
  const { contextLength, truncate = true, answerTokens = 10 } = options
  const result = await fitMessages(
    messages,
    { promptLimit: contextLength - 1, contextLength, answerTokens, truncate },
    counter,
  )
  return { ...result, tokens: result.rendered.tokens, kept: counter.rendered.at(-1) ?? [], counter }
}

async function failure(run: Promise<unknown>): Promise<AppError> {
  const error = await run.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof AppError) return error
  throw new Error(`expected an AppError, got ${String(error)}`)
}

describe('fitting a conversation into the context', () => {
  const chat = [
    say('system', 'be brief'),
    say('user', `first ${words(20)}`),
    say('assistant', words(20)),
    say('user', `second ${words(20)}`),
    say('assistant', words(20)),
    say('user', 'third'),
  ]

  it('drops nothing when all fits', async () => {
    const { droppedMessages, kept } = await fit(chat, { contextLength: 200 })
    expect(droppedMessages).toBe(0)
    expect(kept).toEqual(chat)
  })

  it('renders what fits once, and counts none of its texts', async () => {
    const { counter } = await fit(chat, { contextLength: 200 })
    expect(counter.rendered).toHaveLength(1)
    expect(counter.counted).toBe(0)
  })

  it('does not render a text that can hardly fit', async () => {
    const counter = meter()
    const options = { promptLimit: 99, contextLength: 100, answerTokens: 10, truncate: false }
    await failure(fitMessages([say('user', words(2000))], options, counter))
    expect(counter.rendered).toHaveLength(0)
  })

  it('drops whole turns from the oldest on, and keeps system messages', async () => {
    const { droppedMessages, kept, tokens } = await fit(chat, { contextLength: 80 })
    expect(droppedMessages).toBe(2)
    expect(kept.map((message) => message.content.split(' ')[0])).toEqual(['be', 'second', 'w', 'third'])
    expect(tokens.length).toBeLessThanOrEqual(69)
  })

  it('keeps only the last message when nothing else fits', async () => {
    const { kept, droppedMessages } = await fit(chat, { contextLength: 25 })
    expect(kept.map((message) => message.content)).toEqual(['be brief', 'third'])
    expect(droppedMessages).toBe(4)
  })

  it('never drops the last message of the user, even when little room is left for the answer', async () => {
    const { tokens, droppedMessages } = await fit([say('user', words(20))], { contextLength: 23, answerTokens: 10 })
    expect(tokens).toHaveLength(22)
    expect(droppedMessages).toBe(0)
  })

  it('refuses a last message that is one token too long, and says how long it is', async () => {
    const error = await failure(fit([say('user', words(21))], { contextLength: 23 }))
    expect(error.code).toBe('context_overflow')
    expect(error.data).toEqual({ tokens: 23, contextLength: 23 })
    expect(error.suggestion).toBeTruthy()
  })

  it('refuses instead of dropping when truncation is off', async () => {
    expect((await failure(fit(chat, { contextLength: 80, truncate: false }))).code).toBe('context_overflow')
    const exact = await fit(chat, { contextLength: 98, truncate: false })
    expect(exact.tokens).toHaveLength(97)
    expect((await failure(fit(chat, { contextLength: 97, truncate: false }))).data).toMatchObject({ tokens: 97 })
  })

  it('keeps the beginning of an answer that is to be continued', async () => {
    const { kept } = await fit([...chat, say('assistant', 'It is')], { contextLength: 30 })
    expect(kept.at(-1)?.content).toBe('It is')
    expect(kept.at(-2)?.content).toBe('third')
  })

  it('drops no more than it must among many short messages', async () => {
    const short = Array.from({ length: 301 }, (_, index) => say(index % 2 === 0 ? 'user' : 'assistant', 'hi'))
    const { tokens, counter, droppedMessages } = await fit(short, { contextLength: 600, answerTokens: 9 })
    expect(tokens.length).toBeGreaterThan(580)
    expect(tokens.length).toBeLessThanOrEqual(590)
    expect(droppedMessages).toBeLessThan(110)
    expect(counter.rendered.length).toBeLessThan(5)
  })

  it('does not look at a thousand old messages that can never fit', async () => {
    const long = Array.from({ length: 1000 }, (_, index) => say(index % 2 === 0 ? 'user' : 'assistant', words(30)))
    const { counter, droppedMessages } = await fit([...long, say('user', 'last')], { contextLength: 500 })
    expect(droppedMessages).toBeGreaterThan(900)
    expect(counter.counted).toBeLessThan(50)
    expect(counter.rendered.length).toBeLessThan(5)
  })

  const call = (id: string): PromptMessage => ({
    role: 'assistant',
    content: '',
    toolCalls: [{ id, name: 'look', arguments: words(10, id) }],
  })
  const result = (id: string): PromptMessage => ({ role: 'tool', content: words(10, id), toolCallId: id })
  const asked = (message: PromptMessage) => message.toolCallId ?? message.toolCalls?.[0]?.id ?? message.content

  it('drops a call of tools only together with its results', async () => {
    const agent = [say('system', 'be brief'), say('user', 'old'), say('assistant', words(9)), say('user', 'do it')]
    for (const id of ['a', 'b', 'c']) agent.push(call(id), result(id))
    const { kept, droppedMessages } = await fit(agent, { contextLength: 60 })
    expect(kept.map(asked)).toEqual(['be brief', 'do it', 'b', 'b', 'c', 'c'])
    expect(droppedMessages).toBe(4)
  })

  it('never drops the last call, whose result is to be answered', async () => {
    const agent = [say('user', 'do it'), call('a'), result('a'), call('b'), result('b')]
    const { kept } = await fit(agent, { contextLength: 30, answerTokens: 5 })
    expect(kept.map(asked)).toEqual(['do it', 'b', 'b'])
    const begun = await fit([...agent, say('assistant', 'So')], { contextLength: 34, answerTokens: 5 })
    expect(begun.kept.map(asked)).toEqual(['do it', 'b', 'b', 'So'])
  })
})
