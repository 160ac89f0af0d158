import type { LlamaModel } from 'node-llama-cpp'
import { describe, expect, it } from 'vitest'
import type { LoadOptions } from '../shared/process/engine.ts'
import { canEmbed, createEmbedder } from './embed.ts'

/** As much of a model as the embedder asks for: a word is a token, two are added, and a vector tells the first token. */
function modelFake({ trainContextSize = 8, vector = (tokens: number[]) => [tokens[0] ?? 0, 4] } = {}) {
  const contexts: { contextSize: number; batchSize: number; disposed: boolean }[] = []
  const seen: number[][] = []
  const model = {
    architecture: 'bert',
    trainContextSize,
    llama: { maxThreads: 1 },
    fileInfo: {
      architectureMetadata: { pooling_type: 1 },
      metadata: { tokenizer: { ggml: { tokens: Array.from({ length: 100 }) } } },
    },
    tokenize: (text: string) =>
      text
        .split(' ')
        .filter((word) => word !== '')
        .map((word) => word.length),
    createEmbeddingContext: async (options: { contextSize: number; batchSize: number }) => {
      const context = { ...options, disposed: false }
      contexts.push(context)
      return {
        calculateInputLength: (tokens: number[]) => tokens.length + 2,
        getEmbeddingFor: async (tokens: number[]) => {
          seen.push(tokens)
          return { vector: vector(tokens) }
        },
        dispose: async () => {
          context.disposed = true
        },
      }
    },
  }
  return { model: model as unknown as LlamaModel, contexts, seen } // of the model it asks for no more
}

const options = { contextLength: 4096, batchThreads: 2, backend: 'cpu' } as LoadOptions // nothing else is read
const going = new AbortController().signal

describe('vectors', () => {
  it('have length 1, in the order of the inputs, and all tokens are counted', async () => {
    const { model } = modelFake()
    const embedder = await createEmbedder(model, options)
    const { vectors, tokens } = await embedder.embed(['abc', [3, 3], ''.padEnd(3, 'x')], false, going)
    expect(vectors).toEqual([
      [0.6, 0.8],
      [0.6, 0.8],
      [0.6, 0.8],
    ])
    expect(tokens).toBe(3 + 4 + 3)
    const other = await embedder.embed(['abcd', 'abc'], false, going)
    expect(other.vectors[0]).not.toEqual(other.vectors[1])
    expect(other.vectors[1]).toEqual([0.6, 0.8])
  })

  it('of an input that fills the context exactly are made, of a longer one refused or cut as asked', async () => {
    const { model, seen } = modelFake()
    const embedder = await createEmbedder(model, options)
    const six = [1, 2, 3, 4, 5, 6]
    await embedder.embed([six], false, going)
    await expect(embedder.embed(['a', [...six, 7]], false, going)).rejects.toMatchObject({
      code: 'context_overflow',
      data: { tokens: 9, contextLength: 8 },
    })
    const { tokens } = await embedder.embed([[...six, 7]], true, going)
    expect(tokens).toBe(8)
    expect(seen.at(-1)).toEqual(six)
  })

  it('are never made of an input that was split: it fits in one batch of a context that is made larger', async () => {
    const { model, contexts } = modelFake({ trainContextSize: 4096 })
    const embedder = await createEmbedder(model, options)
    await embedder.embed([Array.from({ length: 2000 }, () => 1), 'short'], false, going)
    expect(contexts.map(({ disposed }) => disposed)).toEqual([true, false])
    expect(contexts[1]?.contextSize).toBeGreaterThan(2002)
    expect(contexts[1]?.batchSize).toBe(contexts[1]?.contextSize)
  })

  it('are refused for empty inputs and numbers that are no tokens', async () => {
    const embedder = await createEmbedder(modelFake().model, options)
    for (const input of ['', []]) {
      await expect(embedder.embed([input], true, going)).rejects.toMatchObject({ code: 'invalid_input' })
    }
    await expect(embedder.embed([[100]], true, going)).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(embedder.embed(['still here'], true, going)).resolves.toMatchObject({ tokens: 4 })
  })

  it('with numbers that are none are an error, not an answer', async () => {
    for (const broken of [[Number.NaN, 1], [0, 0], []]) {
      const embedder = await createEmbedder(modelFake({ vector: () => broken }).model, options)
      await expect(embedder.embed(['a'], false, going)).rejects.toMatchObject({ code: 'model_load_failed' })
    }
  })

  it('stop being made between two inputs', async () => {
    const stop = new AbortController()
    const { model, seen } = modelFake({
      vector: () => {
        stop.abort(new Error('enough'))
        return [1]
      },
    })
    const embedder = await createEmbedder(model, options)
    await expect(embedder.embed(['a', 'b', 'c'], false, stop.signal)).rejects.toThrow('enough')
    expect(seen).toHaveLength(1)
  })
})

describe('a model', () => {
  const fake = (architecture: string, pooling_type: number | undefined, chat_template?: string) =>
    canEmbed({
      architecture,
      fileInfo: { architectureMetadata: { pooling_type }, metadata: { tokenizer: { chat_template } } },
    } as unknown as LlamaModel) // no more is read

  it('makes vectors when its file says how', () => {
    expect(fake('bert', 1)).toBe(true)
    expect(fake('qwen3', 3, 'a template')).toBe(true)
    expect(fake('llama', undefined, 'a template')).toBe(false)
    expect(fake('llama', 0)).toBe(false)
    expect(fake('bert', 4)).toBe(false)
  })

  it('that does not is refused', async () => {
    const { model } = modelFake()
    const chat = { ...model, architecture: 'llama', fileInfo: { metadata: {} } } as unknown as LlamaModel // as above
    await expect(createEmbedder(chat, options)).rejects.toMatchObject({ code: 'model_cannot_embed' })
  })
})
