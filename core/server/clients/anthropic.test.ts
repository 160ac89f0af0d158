import Anthropic from '@anthropic-ai/sdk'
import { describe, expect, it } from 'vitest'
import { started } from '../listening.testing.ts'
import { finish, prefill, type Script, text } from '../server.testing.ts'

const question = {
  model: 'smollm2:135m',
  max_tokens: 50,
  messages: [{ role: 'user' as const, content: 'Capital of France?' }],
}
const client = (url: string) => new Anthropic({ baseURL: url, apiKey: 'any', maxRetries: 0 })

describe('the anthropic client', () => {
  it('gets a message, and the length of its prompt', async () => {
    const { url } = await started()
    const message = await client(url).messages.create(question)
    expect(message.content).toEqual([{ type: 'text', text: 'Paris.' }])
    expect([message.stop_reason, message.usage.output_tokens]).toEqual(['end_turn', 2])
    const { model, messages } = question
    expect((await client(url).messages.countTokens({ model, messages })).input_tokens).toBe(8)
  })

  it('gathers a stream with thoughts and calls', async () => {
    const calling: Script = async function* () {
      yield prefill
      yield { type: 'reasoning', choice: 0, text: 'Hm.', tokens: 1 }
      yield text('Let me see.')
      yield { type: 'toolCall', choice: 0, index: 0, id: 'a', name: 'weather', argumentsDelta: '{"city":' }
      yield { type: 'toolCall', choice: 0, index: 0, id: 'a', argumentsDelta: '"Oslo"}' }
      yield { ...finish(), reason: 'toolCalls' }
    }
    const { url } = await started(calling)
    const message = await client(url).messages.stream(question).finalMessage()
    expect(message.content).toMatchObject([
      { type: 'thinking', thinking: 'Hm.' },
      { type: 'text', text: 'Let me see.' },
      { type: 'tool_use', id: 'a', name: 'weather', input: { city: 'Oslo' } },
    ])
    expect(message.stop_reason).toBe('tool_use')
  })

  it('throws its own errors', async () => {
    const { url } = await started()
    const wrong = client(url).messages.create({ ...question, model: 'nope' })
    await expect(wrong).rejects.toBeInstanceOf(Anthropic.NotFoundError)
  })
})
