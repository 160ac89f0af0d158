import { describe, expect, it } from 'vitest'
import { testApp } from '../server.testing.ts'

function post(path: string, body: object): Promise<Response> {
  return testApp().ask(path, { method: 'POST', body: JSON.stringify(body) })
}

describe('tokens', () => {
  it('of a text and of a conversation, and back', async () => {
    const plain = await post('/tokenize', { model: 'smollm2:135m', prompt: 'Hi', return_token_strs: true })
    expect(await plain.json()).toEqual({ count: 2, max_model_len: 2048, tokens: [72, 105], token_strs: ['H', 'i'] })
    const chat = await post('/tokenize', { model: 'smollm2:135m', messages: [{ role: 'user', content: 'Hi' }] })
    expect(await chat.json()).toMatchObject({ count: '<user>Hi'.length, token_strs: null })
    const back = await post('/detokenize', { model: 'smollm2:135m', tokens: [72, 105] })
    expect(await back.json()).toEqual({ prompt: 'Hi' })
  })

  it('need something to count', async () => {
    const response = await post('/tokenize', { model: 'smollm2:135m' })
    expect([response.status, await response.json()]).toMatchObject([400, { error: { param: 'prompt' } }])
  })
})

describe('POST /v1/rerank', () => {
  it('puts the best document first', async () => {
    const body = {
      model: 'all-minilm',
      query: 'q',
      documents: ['a', { text: 'b' }, 'c'],
      top_n: 2,
      return_documents: true,
    }
    expect(await (await post('/v1/rerank', body)).json()).toEqual({
      model: 'all-minilm',
      results: [
        { index: 2, relevance_score: 2, document: { text: 'c' } },
        { index: 1, relevance_score: 1, document: { text: 'b' } },
      ],
      usage: { prompt_tokens: 7, total_tokens: 7 },
    })
  })

  it('refuses an empty list', async () => {
    const response = await post('/v1/rerank', { model: 'all-minilm', query: 'q', documents: [] })
    expect([response.status, await response.json()]).toMatchObject([400, { error: { param: 'documents' } }])
  })
})
