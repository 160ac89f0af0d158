import { describe, expect, it } from 'vitest'
import type { HardwareState } from '../../../shared/domain/hardware.ts'
import { bestFeature, usedGpu } from './hardware-facts.ts'

const gpu = {
  name: 'NVIDIA GeForce RTX 3060',
  backend: 'cuda' as const,
  totalMemoryBytes: 12e9,
  freeMemoryBytes: 11e9,
  unifiedMemory: false,
}

function hardware(choice: HardwareState['choice']): HardwareState {
  return {
    state: 'known',
    cpu: { model: 'x', physicalCores: 8, logicalCores: 16, architecture: 'x64', features: ['AVX2'] },
    totalMemoryBytes: 16e9,
    freeMemoryBytes: 11e9,
    probes: [],
    choice,
    problem: null,
  }
}

describe('the hardware in short', () => {
  it('names the GPU as people call it, and what computes on it', () => {
    expect(usedGpu(hardware({ chosen: 'cuda', gpu, rejected: [], fallbackFrom: null }))).toEqual({
      name: 'RTX 3060',
      backend: 'CUDA',
      memoryBytes: 12e9,
    })
  })

  it('claims no memory of its own for a GPU that shares it', () => {
    const shared = { ...gpu, name: 'Apple M2', backend: 'metal' as const, unifiedMemory: true }
    expect(
      usedGpu(hardware({ chosen: 'metal', gpu: shared, rejected: [], fallbackFrom: null }))?.memoryBytes,
    ).toBeNull()
  })

  it('names no GPU while the processor computes', () => {
    expect(usedGpu(hardware({ chosen: 'cpu', gpu: null, rejected: [], fallbackFrom: null }))).toBeNull()
    expect(usedGpu(hardware(null))).toBeNull()
  })

  it('says the instruction set that matters most', () => {
    expect(bestFeature(['AVX2', 'AVX-512'])).toBe('AVX-512')
    expect(bestFeature([])).toBeNull()
  })
})
