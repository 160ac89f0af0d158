import { LlamaVocabularyType, type LlamaModel } from 'node-llama-cpp'
import { describe, expect, it } from 'vitest'
import type { LoadOptions } from '../shared/process/engine.ts'
import { canRerank, createReranker } from './rerank.ts'

interface Head {
  supportsRanking?: boolean
  vocabularyType?: LlamaVocabularyType
  template?: string
  tokens?: { shouldPrependBosToken?: boolean; shouldAppendEosToken?: boolean }
}

/** As much of a model as the reranker asks for: a word is a token, and a document scores by its first letter. */
function modelFake({
  supportsRanking = true,
  vocabularyType = LlamaVocabularyType.wpm,
  template,
  tokens = {},
}: Head = {}) {
  const words = (text: string) => text.split(' ').length
  const model = {
    vocabularyType,
    tokens,
    trainContextSize: 8,
    llama: { maxThreads: 1 },
    fileInsights: { supportsRanking },
    fileInfo: { metadata: { tokenizer: template === undefined ? {} : { 'chat_template.rerank': template } } },
    createRankingContext: async () => ({
      calculateInputLength: (query: string, document: string) => words(query) + words(document) + 3,
      rank: async (_query: string, document: string) => (document.startsWith('a') ? 0.9 : 0.1),
      dispose: async () => {},
    }),
  }
  return model as unknown as LlamaModel // of the model it asks for no more
}

const options = { contextLength: 4096, batchThreads: 2, backend: 'cpu' } as LoadOptions // nothing else is read
const going = new AbortController().signal

describe('reranking', () => {
  it('scores each document in order and counts what was read', async () => {
    const reranker = await createReranker(modelFake(), options)
    await expect(reranker.rerank('q', ['b', 'a a', 'b'], going)).resolves.toEqual({
      scores: [0.1, 0.9, 0.1],
      tokens: 16,
    })
  })

  it('refuses what is too long or empty, and stops when asked', async () => {
    const reranker = await createReranker(modelFake(), options)
    await expect(reranker.rerank('q', ['a', 'a b c d e'], going)).rejects.toMatchObject({ code: 'context_overflow' })
    await expect(reranker.rerank(' ', ['a'], going)).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(reranker.rerank('q', ['a', ''], going)).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(reranker.rerank('q', ['a'], AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
  })

  it('is offered only by a model with a head for it', async () => {
    const chat = modelFake({ supportsRanking: false })
    await expect(createReranker(chat, options)).rejects.toMatchObject({ code: 'model_cannot_rerank' })
  })

  it('is not offered where the library would show the model something else than it was trained with', () => {
    const bpe = { vocabularyType: LlamaVocabularyType.bpe }
    expect(canRerank(modelFake())).toBe(true)
    expect(canRerank(modelFake({ vocabularyType: LlamaVocabularyType.ugm }))).toBe(true)
    expect(canRerank(modelFake(bpe))).toBe(false)
    const template = '{query} {document}'
    expect(canRerank(modelFake({ ...bpe, template }))).toBe(true)
    expect(canRerank(modelFake({ ...bpe, template, tokens: { shouldAppendEosToken: true } }))).toBe(false)
    expect(canRerank(modelFake({ ...bpe, template, tokens: { shouldPrependBosToken: true } }))).toBe(false)
    expect(canRerank(modelFake({ template }))).toBe(false)
  })
})
