import { join } from 'node:path'
import type { Llama, LlamaModel } from 'node-llama-cpp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCpuLlama } from './cpu-llama.ts'
import type { LoadOptions } from '../shared/process/engine.ts'
import { createEmbedder, type Embedder } from './embed.ts'
import { createReranker } from './rerank.ts'

const models = join(import.meta.dirname, '../resources/models')
const options = { contextLength: 8192, batchThreads: 2, backend: 'cpu' } as LoadOptions // nothing else is read
const going = new AbortController().signal

let llama: Llama
let model: LlamaModel
let embedder: Embedder

beforeAll(async () => {
  llama = await startCpuLlama(2)
  model = await llama.loadModel({ modelPath: join(models, 'all-MiniLM-L6-v2-Q8_0.gguf') })
  embedder = await createEmbedder(model, options)
})
afterAll(() => llama.dispose())

const similar = (a: readonly number[] = [], b: readonly number[] = []) =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0)

describe('the embedding model that ships', () => {
  it('finds texts of one meaning closer than others', async () => {
    const texts = ['How do I bake bread?', 'A recipe for a loaf with yeast and flour.', 'The moon orbits the earth.']
    const { vectors, tokens } = await embedder.embed(texts, false, going)
    const [question, recipe, moon] = vectors
    expect(similar(question, recipe)).toBeGreaterThan(similar(question, moon) + 0.2)
    expect(similar(question, question)).toBeCloseTo(1, 5)
    expect(question).toHaveLength(384)
    expect(tokens).toBeGreaterThan(texts.length * 5)
  })

  it('gives a text the same vector alone, among others, as tokens, and after a longer one', async () => {
    const text = 'A small boat on the lake.'
    const { vectors } = await embedder.embed(['lake '.repeat(300), text, model.tokenize(text)], false, going)
    const alone = await embedder.embed([text], false, going)
    expect(similar(vectors[1], alone.vectors[0])).toBeCloseTo(1, 5)
    expect(similar(vectors[2], alone.vectors[0])).toBeCloseTo(1, 5)
  })

  it('reads as many tokens as it was trained for, and no more', async () => {
    const most = 'lake '.repeat(510).trim()
    expect((await embedder.embed([most], false, going)).tokens).toBe(512)
    await expect(embedder.embed([`${most} lake`], false, going)).rejects.toMatchObject({ code: 'context_overflow' })
    const cut = await embedder.embed([`${most} lake`, most], true, going)
    expect(similar(cut.vectors[0], cut.vectors[1])).toBeCloseTo(1, 5)
  })

  it('does not score documents', async () => {
    await expect(createReranker(model, options)).rejects.toMatchObject({ code: 'model_cannot_rerank' })
  })

  it('is not the model that chats', async () => {
    const chat = await llama.loadModel({ modelPath: join(models, 'SmolLM2-135M-Instruct-Q4_1.gguf') })
    await expect(createEmbedder(chat, options)).rejects.toMatchObject({ code: 'model_cannot_embed' })
    await chat.dispose()
  })
})
