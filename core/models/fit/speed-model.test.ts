import { describe, expect, it } from 'vitest'
import type { ModelShape } from '../../../shared/domain/models.ts'
import { createSpeedModel, type MeasuredCase, type SpeedCase } from './speed-model.ts'

const machine = { bytesPerSecond: 20e9, threads: 4 }
const shape: ModelShape = {
  layers: 32,
  embeddingLength: 4096,
  vocabularySize: 128_000,
  kvValuesPerToken: 65_536,
  slidingKvValuesPerToken: 0,
  slidingWindow: 0,
  recurrentBytes: 0,
  experts: null,
  expertsUsed: null,
  activeParameters: 8e9,
  queriesPerKv: 4,
}
const llama: SpeedCase = {
  file: 'llama',
  backend: 'cpu',
  kvType: 'f16',
  contextTokens: 1000,
  sizeBytes: 4.9e9,
  parameters: 8e9,
  quantization: 'Q4_K_M',
  shape,
}
const small: SpeedCase = {
  ...llama,
  file: 'small',
  sizeBytes: 0.8e9,
  parameters: 1e9,
  quantization: 'Q4_0',
  shape: { ...shape, layers: 16, kvValuesPerToken: 16_384, activeParameters: 1e9 },
}
const predict = (asked: SpeedCase, runs: MeasuredCase[] = [], on = machine) => {
  const estimate = createSpeedModel(on, runs).predict(asked)
  if (estimate === null) throw new Error('Nothing was predicted.')
  return estimate
}
const truth = (asked: SpeedCase, slower: number): MeasuredCase => ({
  ...asked,
  decodeTps: predict(asked).tokensPerSecond / slower,
})

describe('expected speed', () => {
  it('is what memory allows at most, before anything was run', () => {
    const { tokensPerSecond, low, high, basis } = predict(llama)
    expect(basis).toBe('bandwidth')
    expect(tokensPerSecond).toBeLessThan(20e9 / 4.9e9)
    expect(tokensPerSecond).toBeGreaterThan(1)
    expect(low).toBeLessThan(tokensPerSecond)
    expect(high).toBeGreaterThan(tokensPerSecond)
  })

  it('is unknown without a memory speed, and on a GPU that nothing ran on', () => {
    expect(createSpeedModel({ bytesPerSecond: null, threads: 4 }, []).predict(llama)).toBeNull()
    expect(createSpeedModel(machine, []).predict({ ...llama, backend: 'cuda' })).toBeNull()
  })

  it('follows a run of another model on this machine, and the error bar shrinks', () => {
    const before = predict(llama)
    const after = predict(llama, [truth(small, 2)])
    expect(after.basis).toBe('calibrated')
    expect(after.tokensPerSecond / before.tokensPerSecond).toBeGreaterThan(0.45)
    expect(after.tokensPerSecond / before.tokensPerSecond).toBeLessThan(0.7)
    expect(after.high / after.low).toBeLessThan(before.high / before.low)
  })

  it('is close to what this very file did here', () => {
    const run = truth(llama, 1.8)
    const estimate = predict(llama, [truth(small, 1), run])
    expect(estimate.basis).toBe('measured')
    expect(estimate.tokensPerSecond / run.decodeTps).toBeGreaterThan(0.85)
    expect(estimate.tokensPerSecond / run.decodeTps).toBeLessThan(1.15)
  })

  it('falls as the context fills, more so on machines that were seen to be slow at that', () => {
    const deep = { ...llama, contextTokens: 32_000 }
    expect(predict(deep).tokensPerSecond).toBeLessThan(predict(llama).tokensPerSecond)
    const runs = [truth(llama, 1), truth(deep, 2)]
    const ratio = (known: MeasuredCase[]) =>
      predict({ ...deep, contextTokens: 16_000 }, known).tokensPerSecond / predict(llama, known).tokensPerSecond
    expect(ratio(runs)).toBeLessThan(ratio([]))
  })

  it('counts of a mixture of experts only the active parameters', () => {
    const moe = { ...llama, file: 'moe', sizeBytes: 18e9, parameters: 30e9 }
    const active = predict({ ...moe, shape: { ...shape, activeParameters: 3e9, experts: 128, expertsUsed: 8 } })
    expect(active.tokensPerSecond).toBeGreaterThan(predict(moe).tokensPerSecond)
    const partly = predict({ ...moe, shape: { ...shape, activeParameters: null, experts: 128, expertsUsed: 8 } })
    expect(partly.tokensPerSecond / active.tokensPerSecond).toBeGreaterThan(0.4)
  })

  it('believes one disturbed run less than the others', () => {
    const runs = [500, 1500, 3000, 6000].map((contextTokens) => truth({ ...llama, contextTokens }, 1))
    const disturbed = { ...truth({ ...llama, contextTokens: 900 }, 1), decodeTps: 0.05 }
    const { tokensPerSecond } = predict(llama, [...runs, disturbed])
    expect(tokensPerSecond / predict(llama).tokensPerSecond).toBeGreaterThan(0.7)
  })

  it('knows that fewer threads were the reason of a slow run', () => {
    const slow = { ...truth(small, 1), threads: 1, decodeTps: predict({ ...small, threads: 1 }).tokensPerSecond }
    expect(slow.decodeTps).toBeLessThan(predict(small).tokensPerSecond)
    const [here, asPlanned] = [predict(llama, [slow]), predict(llama, [{ ...slow, threads: 4 }])]
    expect(here.tokensPerSecond).toBeLessThan(predict(llama).tokensPerSecond)
    expect(predict({ ...llama, threads: 4 }, [slow]).tokensPerSecond).toBeGreaterThan(asPlanned.tokensPerSecond)
  })

  it('learns a GPU from its first run', () => {
    const run = { ...llama, backend: 'cuda' as const, decodeTps: 90 }
    const estimate = predict({ ...small, backend: 'cuda' }, [run])
    expect(estimate.tokensPerSecond).toBeGreaterThan(200)
    expect(estimate.tokensPerSecond).toBeLessThan(900)
    expect(estimate.basis).toBe('calibrated')
  })
})
