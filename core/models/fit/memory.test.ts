import { describe, expect, it } from 'vitest'
import type { ModelShape } from '../../../shared/domain/models.ts'
import { layersThatFit, longestContext, memoryNeed, type MemoryPlan } from './memory.ts'

const smolShape: ModelShape = {
  layers: 30,
  embeddingLength: 576,
  vocabularySize: 49_152,
  kvValuesPerToken: 11_520,
  slidingKvValuesPerToken: 0,
  slidingWindow: 0,
  recurrentBytes: 0,
  experts: null,
  expertsUsed: null,
  activeParameters: 134_515_008,
}
const smol: MemoryPlan = {
  sizeBytes: 98_362_432,
  shape: smolShape,
  parameters: 134_515_008,
  kind: 'chat',
  contextLength: 8192,
  slots: 2,
  kvType: 'f16',
  backend: 'cpu',
  gpuLayers: 0,
}

describe('the memory that a model needs', () => {
  // Resident bytes of the real engine after an answer, Linux x64 (docs/fit.md).
  const measured: [Partial<MemoryPlan>, number][] = [
    [{ contextLength: 512, slots: 1 }, 297e6],
    [{ contextLength: 1024 }, 346e6],
    [{ contextLength: 4096 }, 482e6],
    [{ contextLength: 8192 }, 675e6],
    [{ contextLength: 8192, kvType: 'q8_0' }, 501e6],
    [{ contextLength: 8192, kvType: 'q4_0' }, 431e6],
    [{ contextLength: 8192, slots: 1 }, 485e6],
  ]
  for (const [change, bytes] of measured) {
    it(`is within 10 % of what was measured: ${JSON.stringify(change)}`, () => {
      const need = memoryNeed({ ...smol, ...change })
      expect(need.exact).toBe(true)
      expect(need.total / bytes).toBeGreaterThan(0.9)
      expect(need.total / bytes).toBeLessThan(1.1)
    })
  }

  it('is all in RAM on the processor, and shared by layers with a GPU', () => {
    expect(memoryNeed(smol)).toMatchObject({ vram: 0 })
    const half = memoryNeed({ ...smol, backend: 'cuda', gpuLayers: 15 })
    expect(half.vram).toBeGreaterThan(half.weights * 0.4)
    expect(half.ram + half.vram).toBe(half.total)
    const all = memoryNeed({ ...smol, backend: 'cuda', gpuLayers: 99 })
    expect(all.ram).toBeCloseTo(all.process, -1)
  })

  it('holds only the window of layers that slide', () => {
    const sliding = { ...smolShape, kvValuesPerToken: 1920, slidingKvValuesPerToken: 9600, slidingWindow: 512 }
    const long = { ...smol, contextLength: 32_768 }
    expect(memoryNeed({ ...long, shape: sliding }).kv).toBeLessThan(memoryNeed(long).kv / 4)
  })

  it('guesses the shape from the parameters, or from the size, and says so', () => {
    const llama = memoryNeed({ ...smol, sizeBytes: 4.9e9, parameters: 8e9, shape: null })
    expect(llama.exact).toBe(false)
    // Llama 3 8B: 2 GB for two contexts of 8192.
    expect(llama.kv).toBeCloseTo(65_536 * 2 * 8192 * 2, -3)
    expect(memoryNeed({ ...smol, sizeBytes: 4.9e9, parameters: null, shape: null }).kv / llama.kv).toBeCloseTo(1, 1)
  })

  it('takes no cache for embeddings', () => {
    expect(memoryNeed({ ...smol, kind: 'embedding' })).toMatchObject({ kv: 0, compute: 0 })
  })

  it('puts as many layers on the GPU as fit, the output layer too', () => {
    const plan = { ...smol, backend: 'cuda' as const }
    expect(layersThatFit(plan, 24e9)).toBe(31)
    expect(layersThatFit(plan, 0)).toBe(0)
    const some = layersThatFit(plan, 300e6)
    expect(some).toBeGreaterThan(0)
    expect(memoryNeed({ ...plan, gpuLayers: some }).vram).toBeLessThanOrEqual(300e6)
    expect(memoryNeed({ ...plan, gpuLayers: some + 1 }).vram).toBeGreaterThan(300e6)
  })

  it('finds the longest context that fits', () => {
    expect(longestContext(131_072, (tokens) => tokens <= 20_000)).toBe(19_968)
    expect(longestContext(8192, () => true)).toBe(8192)
    expect(longestContext(100, () => true)).toBe(100)
    expect(longestContext(8192, () => false)).toBeNull()
  })
})
