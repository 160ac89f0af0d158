import Anthropic from '@anthropic-ai/sdk'
import { Ollama } from 'ollama'
import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { keysUnderTest } from '../../keys/keys.testing.ts'
import { started } from '../listening.testing.ts'

describe('clients with a key', () => {
  const model = 'smollm2:135m'
  const messages = [{ role: 'user' as const, content: 'Hi' }]

  it('are known by it, each as it sends keys', async () => {
    const held = keysUnderTest()
    const { url, server } = await started(undefined, { keys: held.keys })
    const secretOf = (name: string) => held.create(name).secret
    const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: secretOf('openai'), maxRetries: 0 })
    await openai.chat.completions.create({ model, messages })
    const anthropic = new Anthropic({ baseURL: url, apiKey: secretOf('anthropic'), maxRetries: 0 })
    await anthropic.messages.create({ model, messages, max_tokens: 5 })
    const ollama = new Ollama({ host: url, headers: { Authorization: `Bearer ${secretOf('ollama')}` } })
    await ollama.chat({ model, messages })
    expect(server.state().requests.map(({ keyName, status }) => [keyName, status])).toEqual([
      ['ollama', 200],
      ['anthropic', 200],
      ['openai', 200],
    ])
  })

  it('do not ask again and again when their limit is reached for long', async () => {
    const held = keysUnderTest()
    const { url, server } = await started(undefined, { keys: held.keys })
    const { secret: apiKey } = held.create('laptop', { tokensPerDay: 1 })
    const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 5 })
    const anthropic = new Anthropic({ baseURL: url, apiKey, maxRetries: 5 })
    await openai.chat.completions.create({ model, messages })
    await expect(openai.chat.completions.create({ model, messages })).rejects.toMatchObject({
      status: 429,
      code: 'rate_limit_exceeded',
    })
    await expect(openai.embeddings.create({ model: 'all-minilm', input: 'Hi' })).rejects.toBeInstanceOf(
      OpenAI.RateLimitError,
    )
    await expect(anthropic.messages.create({ model, messages, max_tokens: 5 })).rejects.toBeInstanceOf(
      Anthropic.RateLimitError,
    )
    expect(server.state().requests.map(({ status }) => status)).toEqual([429, 429, 429, 200])
  })

  it('are told in their words that a key is none for this', async () => {
    const held = keysUnderTest()
    const { url } = await started(undefined, { keys: held.keys })
    const { secret: apiKey } = held.create('prometheus', { scopes: ['metrics'] })
    const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 })
    await expect(openai.models.list()).rejects.toBeInstanceOf(OpenAI.PermissionDeniedError)
    const anthropic = new Anthropic({ baseURL: url, apiKey, maxRetries: 0 })
    await expect(anthropic.messages.create({ model, messages, max_tokens: 5 })).rejects.toMatchObject({
      status: 403,
      error: { error: { type: 'permission_error', message: expect.stringContaining('inference') as string } },
    })
  })
})
