import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { embedMany, generateText, streamText } from 'ai'
import { describe, expect, it } from 'vitest'
import { started } from '../listening.testing.ts'

const provider = (url: string) => createOpenAICompatible({ name: 'hearth', baseURL: `${url}/v1`, apiKey: 'any' })
const prompt = 'Capital of France?'

describe('the ai package with an OpenAI-compatible provider', () => {
  it('generates, streams and embeds', async () => {
    const { url } = await started()
    const model = provider(url)('smollm2:135m')
    const whole = await generateText({ model, prompt, maxRetries: 0 })
    expect([whole.text, whole.finishReason]).toEqual(['Paris.', 'stop'])
    let streamed = ''
    for await (const piece of streamText({ model, prompt, maxRetries: 0 }).textStream) streamed += piece
    expect(streamed).toBe('Paris.')
    const vectors = provider(url).textEmbeddingModel('all-minilm')
    const { embeddings } = await embedMany({ model: vectors, values: ['Cat', 'Dog'], maxRetries: 0 })
    expect(embeddings.map((vector) => vector.length)).toEqual([2, 2])
  })
})
