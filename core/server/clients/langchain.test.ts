import { ChatOllama, OllamaEmbeddings } from '@langchain/ollama'
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai'
import { describe, expect, it } from 'vitest'
import { started } from '../listening.testing.ts'

const prompt = 'Capital of France?'

describe('langchain', () => {
  it('talks to the API of OpenAI', async () => {
    const { url } = await started()
    const options = { apiKey: 'any', maxRetries: 0, configuration: { baseURL: `${url}/v1` } }
    const chat = new ChatOpenAI({ model: 'smollm2:135m', ...options })
    expect((await chat.invoke(prompt)).content).toBe('Paris.')
    let streamed = ''
    for await (const chunk of await chat.stream(prompt)) streamed += chunk.text
    expect(streamed).toBe('Paris.')
    const embeddings = new OpenAIEmbeddings({ model: 'all-minilm', ...options })
    const [vector = []] = await embeddings.embedDocuments(['Cat'])
    expect(vector.map((value) => Number(value.toFixed(3)))).toEqual([0.6, -0.8])
  })

  it('talks to the API of Ollama', async () => {
    const { url } = await started()
    const chat = new ChatOllama({ model: 'smollm2:135m', baseUrl: url, maxRetries: 0 })
    expect((await chat.invoke(prompt)).content).toBe('Paris.')
    let streamed = ''
    for await (const chunk of await chat.stream(prompt)) streamed += chunk.text
    expect(streamed).toBe('Paris.')
    const embeddings = new OllamaEmbeddings({ model: 'all-minilm', baseUrl: url })
    expect(await embeddings.embedQuery('Cat')).toEqual([0.6, -0.8])
  })
})
