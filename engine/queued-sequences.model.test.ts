import { join } from 'node:path'
import type { Llama, LlamaContext, Token } from 'node-llama-cpp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCpuLlama } from './cpu-llama.ts'
import { queuedSequences } from './queued-sequences.ts'

const path = join(import.meta.dirname, '..', 'resources/models/SmolLM2-135M-Instruct-Q4_1.gguf')

describe('what waits in the library', { timeout: 60_000 }, () => {
  let llama: Llama
  beforeAll(async () => {
    llama = await startCpuLlama()
  })
  afterAll(() => llama.dispose())

  it('is known by its sequence and depth, in the order in which a strategy gets it', async () => {
    const model = await llama.loadModel({ modelPath: path })
    /** By the number of its tokens: what the strategy saw of each item. */
    const seen = new Map<number, { sequence: number; depth: number } | undefined>()
    let context: LlamaContext | null = null
    const holder = await model.createContext({
      contextSize: 256,
      sequences: 3,
      threads: 1,
      batching: {
        itemPrioritizationStrategy: ({ items }) => {
          if (context === null || items.length < 3) return []
          const queued = queuedSequences(context)
          for (const [index, { tokens }] of items.entries()) seen.set(tokens.length, queued[index])
          return items.map((item) => ({ item, processAmount: item.tokens.length }))
        },
      },
    })
    context = holder
    const [first, second, third] = [holder.getSequence(), holder.getSequence(), holder.getSequence()]
    const slots = [first, second, third] as const
    const read = (order: readonly (0 | 1 | 2)[], tokens: number) =>
      Promise.all(
        order.map((slot) =>
          slots[slot].evaluateWithoutGeneratingNewTokens(Array.from({ length: tokens + slot }, () => 7 as Token)),
        ),
      )
    await read([2, 0, 1], 10)
    expect([10, 11, 12].map((tokens) => seen.get(tokens))).toEqual([
      { sequence: 0, depth: 0 },
      { sequence: 1, depth: 0 },
      { sequence: 2, depth: 0 },
    ])
    await read([1, 2, 0], 20)
    expect([20, 21, 22].map((tokens) => seen.get(tokens))).toEqual([
      { sequence: 0, depth: 10 },
      { sequence: 1, depth: 11 },
      { sequence: 2, depth: 12 },
    ])
  })
})
