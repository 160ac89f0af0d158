import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Llama, LlamaModel } from 'node-llama-cpp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCpuLlama } from '../cpu-llama.ts'
import type { LoadOptions } from '../../shared/process/engine.ts'
import { tune } from './tune.ts'

const path = join(import.meta.dirname, '../../resources/models/SmolLM2-135M-Instruct-Q4_1.gguf')
const threads = Math.min(2, availableParallelism())
const options = {
  path,
  backend: 'cpu',
  contextLength: 1024,
  kvType: 'f16',
  decodeThreads: threads,
  batchThreads: threads,
  decodeBatchMax: 8,
  flashAttention: true,
  batchSize: 256,
} as LoadOptions // nothing else is read

let llama: Llama
let model: LlamaModel

beforeAll(async () => {
  llama = await startCpuLlama(threads)
  model = await llama.loadModel({ modelPath: path })
})
afterAll(() => llama.dispose())

describe('measuring a model that is loaded', () => {
  it('ends with settings that were measured, and leaves what a sequence holds alone', async () => {
    const context = await model.createContext({ contextSize: 256 })
    const sequence = context.getSequence()
    const tokens = model.tokenize('The quick brown fox jumps over the lazy dog.')
    await sequence.evaluateWithoutGeneratingNewTokens(tokens)
    const told: number[] = []

    const { tuning, measured } = await tune({ model, options }, new AbortController().signal, (p) => told.push(p))

    const best = (what: string) =>
      Math.max(...measured.filter((each) => each.what === what).map((m) => m.tokensPerSecond))
    expect(best('decode')).toBeGreaterThan(0.1)
    expect(best('prefill')).toBeGreaterThan(0.1)
    // On a busy machine no time may be left for it.
    expect([0, 4]).toContain(measured.filter(({ what }) => what === 'flashAttention').length)
    expect(measured.map(({ setting }) => setting)).toContain(String(tuning.decodeThreads))
    expect(tuning.decodeThreads).toBeLessThanOrEqual(availableParallelism())
    expect([256, 512, 1024]).toContain(tuning.batchSize)
    expect(told.at(-1)).toBe(1)
    expect(told).toEqual(told.toSorted((a, b) => a - b))
    expect(sequence.contextTokens).toEqual(tokens)
    expect(llama.maxThreads).toBe(threads)
    await context.dispose()
  })

  it('ends soon when it is cancelled, and gives its memory back', async () => {
    const stop = new AbortController()
    const progress: number[] = []
    const work = tune({ model, options }, stop.signal, (done) => {
      progress.push(done)
      if (progress.length === 3) stop.abort(new Error('enough'))
    })
    await expect(work).rejects.toThrow('enough')
    expect(progress.length).toBeLessThan(20)
    expect(llama.maxThreads).toBe(threads)
    await expect(tune({ model, options }, stop.signal, () => {})).rejects.toThrow('enough')
  })
})
