import type { LlamaModel, Token } from 'node-llama-cpp'
import { describe, expect, it } from 'vitest'
import { preparePrompt, type Prompted } from './prompt.ts'

/** One token a word. */
function fakeModel() {
  const seen = { characters: 0 }
  const tokenize = (text: string) => {
    seen.characters += text.length
    return text
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((_, index) => index)
  }
  const tokens = { bos: null, shouldPrependBosToken: false, infill: { prefix: null, middle: null, suffix: null } }
  const fileInfo = { metadata: { tokenizer: { ggml: { tokens: Array.from({ length: 100 }, () => 'x') } } } }
  return { model: { tokenize, tokens, fileInfo } as unknown as LlamaModel, seen } // of the model only these are looked at
}
const template = {
  render: ({ messages }: { messages: readonly { content: string }[] }) => {
    const text = messages.map(({ content }) => content).join(' ')
    const tokens = text
      .split(' ')
      .filter((word) => word !== '')
      .map((_, index) => index as Token) // as the model gives them
    return Promise.resolve({ text, tokens, opening: '>' })
  },
}
const words = (count: number) => Array.from({ length: count }, () => 'w').join(' ')

async function prepare(input: Prompted['input'], more: Partial<Prompted> = {}) {
  const { model, seen } = fakeModel()
  const prompted: Prompted = { input, truncate: true, tools: [], reasoning: { mode: 'auto' }, ...more }
  const prompt = await preparePrompt(model, template, prompted, 64).catch((error: unknown) => error)
  return { prompt, seen }
}

describe('the prompt of a request', () => {
  it('may fill the context but for one token of the answer', async () => {
    expect((await prepare({ kind: 'prompt', prompt: words(63) })).prompt).toMatchObject({
      droppedMessages: 0,
      opening: '',
    })
    expect((await prepare({ kind: 'prompt', prompt: words(64) })).prompt).toMatchObject({
      code: 'context_overflow',
      data: { tokens: 64, contextLength: 64 },
    })
    const tokens = Array.from({ length: 64 }, () => 1)
    expect((await prepare({ kind: 'tokens', tokens })).prompt).toMatchObject({ code: 'context_overflow' })
    expect((await prepare({ kind: 'tokens', tokens: tokens.slice(1) })).prompt).toMatchObject({ text: null })
  })

  it.each(['prompt', 'messages', 'infill'] as const)('of 50 MB is refused without reading it: %s', async (kind) => {
    const text = 'word '.repeat(10_000_000)
    const inputs = {
      prompt: { kind: 'prompt', prompt: text },
      messages: { kind: 'messages', messages: [{ role: 'user', content: text }] },
      infill: { kind: 'infill', prefix: '', suffix: text },
    } satisfies Record<string, Prompted['input']>
    const { prompt, seen } = await prepare(inputs[kind])
    expect(prompt).toMatchObject({ code: 'context_overflow' })
    expect(seen.characters).toBeLessThan(100_000)
  })

  it('drops old messages to make room, and says how many', async () => {
    const messages = [10, 10, 20, 20, 20].map((count, index) => ({
      role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
      content: words(count),
    }))
    expect((await prepare({ kind: 'messages', messages })).prompt).toMatchObject({ droppedMessages: 4, opening: '>' })
    const exact = await prepare({ kind: 'messages', messages: messages.slice(2) }, { truncate: false })
    expect(exact.prompt).toMatchObject({ droppedMessages: 0 })
    expect((await prepare({ kind: 'messages', messages }, { truncate: false })).prompt).toMatchObject({
      code: 'context_overflow',
    })
  })

  it.each([
    ['no text', { kind: 'prompt', prompt: '' }, 'invalid_input'],
    ['no token', { kind: 'tokens', tokens: [] }, 'invalid_input'],
    ['numbers that are no tokens', { kind: 'tokens', tokens: [100] }, 'invalid_input'],
    ['no message', { kind: 'messages', messages: [] }, 'invalid_input'],
    ['a gap that the model can’t fill', { kind: 'infill', prefix: 'a', suffix: 'b' }, 'unsupported_parameter'],
  ] as const)('with %s is refused', async (_, input, code) => {
    const given =
      input.kind === 'tokens'
        ? { ...input, tokens: [...input.tokens] }
        : input.kind === 'messages'
          ? { ...input, messages: [] }
          : input
    expect((await prepare(given)).prompt).toMatchObject({ code })
  })
})
