import { describe, expect, it } from 'vitest'
import type { BackendChoice } from '../../../shared/domain/hardware.ts'
import type { ModelShape } from '../../../shared/domain/models.ts'
import { contextLengthFor, loadSteps, type LoadSubject, planLoad, rungsBetween, stepAfter } from './load-plan.ts'

const cpu: BackendChoice = { chosen: 'cpu', gpu: null, rejected: [], fallbackFrom: null }
const card = (freeMemoryBytes: number, unifiedMemory = false): BackendChoice => ({
  ...cpu,
  chosen: 'cuda',
  gpu: { name: 'Card', backend: 'cuda', totalMemoryBytes: freeMemoryBytes, freeMemoryBytes, unifiedMemory },
})
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
  activeParameters: null,
}
const llama: LoadSubject = { sizeBytes: 4.9e9, parameters: 8e9, kind: 'chat', shape, trainedContext: 131_072 }
const wish = { settings: {}, slots: 4 }
const ways = (steps: ReturnType<typeof loadSteps>) =>
  steps.map(({ slots, contextLength, kvType }) => `${slots} × ${contextLength} ${kvType}`)

describe('how a model is planned into memory', () => {
  it('takes the same context for every door, and never more than was trained', () => {
    expect(contextLengthFor(131_072, {})).toBe(8192)
    expect(contextLengthFor(2048, {})).toBe(2048)
    expect(contextLengthFor(131_072, { contextLength: 16_384 })).toBe(16_384)
    expect(contextLengthFor(131_072, { contextLength: 16_384 }, 1024)).toBe(1024)
  })

  it('gives up slots before context, and context before the precision of the cache', () => {
    expect(ways(loadSteps(llama, wish, cpu))).toEqual([
      '4 × 8192 f16',
      '3 × 8192 f16',
      '2 × 8192 f16',
      '1 × 8192 f16',
      '1 × 6144 f16',
      '1 × 4096 f16',
      '1 × 3072 f16',
      '1 × 2048 f16',
      '1 × 2048 q8_0',
    ])
  })

  it('takes as many slots as memory has room for, and says what it gave up', () => {
    const full = planLoad(llama, wish, cpu, 64e9)
    expect(full).toMatchObject({ plan: { slots: 4, contextLength: 8192 }, rungs: [], fits: true })
    const less = planLoad(llama, wish, cpu, 8.6e9)
    expect(less).toMatchObject({ plan: { slots: 1, contextLength: 8192, kvType: 'f16' }, fits: true })
    expect(less.rungs).toEqual([{ kind: 'slots', from: 4, to: 1 }])
    const short = planLoad(llama, wish, cpu, 5.75e9)
    expect(short).toMatchObject({ plan: { slots: 1, contextLength: 3072, kvType: 'f16' }, fits: true })
    expect(planLoad(llama, wish, cpu, 4e9)).toMatchObject({ fits: false, plan: { kvType: 'q8_0' } })
  })

  it('never changes what a person or a caller set', () => {
    const settings = { contextLength: 32_768, kvType: 'f16' as const, slots: 3 }
    expect(ways(loadSteps(llama, { settings, slots: 4 }, cpu))).toEqual(['3 × 32768 f16'])
    expect(ways(loadSteps(llama, { settings: {}, contextLength: 4096, slots: 1 }, cpu))).toEqual([
      '1 × 4096 f16',
      '1 × 4096 q8_0',
    ])
  })

  it('quantizes the cache only where flash attention may be on and heads are made of whole blocks', () => {
    const kinds = (subject: LoadSubject, settings = {}) =>
      new Set(loadSteps(subject, { settings, slots: 1 }, cpu).map(({ kvType }) => kvType))
    expect(kinds(llama)).toContain('q8_0')
    expect(kinds(llama, { flashAttention: false })).not.toContain('q8_0')
    expect(kinds({ ...llama, shape: { ...shape, kvValuesPerToken: 32 * 2 * 80 } })).not.toContain('q8_0')
  })

  it('leaves layers out of a GPU at the very end, unless their number is set', () => {
    const layers = loadSteps(llama, { settings: {}, slots: 1 }, card(24e9)).map(({ gpuLayers }) => gpuLayers)
    expect(layers.slice(-5)).toEqual([33, 24, 16, 8, 0])
    const set = loadSteps(llama, { settings: { gpuLayers: 10 }, slots: 1 }, card(24e9))
    expect(new Set(set.map(({ gpuLayers }) => gpuLayers))).toEqual(new Set([10]))
  })

  it('counts all of it where the GPU has no memory of its own', () => {
    const own = loadSteps(llama, wish, card(24e9))[0]
    const shared = loadSteps(llama, wish, card(24e9, true))[0]
    expect(own?.ram).toBeLessThan(1e9)
    expect(shared?.ram).toBe(shared?.need.total)
  })

  it('goes down kind by kind when memory turns out short, so that few attempts reach the end', () => {
    const steps = loadSteps(llama, wish, card(24e9))
    const path: string[] = []
    let step = steps[0]
    for (let next = step && stepAfter(steps, step); step && next; next = stepAfter(steps, next)) {
      path.push(
        rungsBetween(step, next)
          .map((rung) => ('to' in rung ? `${rung.kind} ${rung.to}` : rung.kind))
          .join(),
      )
      step = next
    }
    expect(path).toEqual([
      'slots 1',
      'context 2048',
      'kvType q8_0',
      'gpuLayers 24',
      'gpuLayers 16',
      'gpuLayers 8',
      'gpuLayers 0',
    ])
  })

  it('counts adapters and a draft model with the weights, and batches as large as they are set', () => {
    const plain = loadSteps(llama, wish, cpu)[0]
    const more = loadSteps({ ...llama, extraBytes: 1e9, batchSize: 1024 }, wish, cpu)[0]
    expect((more?.need.weights ?? 0) - (plain?.need.weights ?? 0)).toBe(1e9)
    expect(more?.need.compute).toBeGreaterThan((plain?.need.compute ?? Infinity) * 3)
  })
})
