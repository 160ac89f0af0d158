import type { HardwareState } from '../../../shared/domain/hardware.ts'

const BACKENDS = { metal: 'Metal', cuda: 'CUDA', vulkan: 'Vulkan', cpu: 'CPU' }

/** The name of a backend as its makers write it. */
export function backendName(backend: keyof typeof BACKENDS): string {
  return BACKENDS[backend]
}

const BY_WORTH = ['AMX', 'AVX-512', 'AVX2', 'NEON']

/** The vector instructions that say most about speed, or null when there are none of note. */
export function bestFeature(features: readonly string[]): string | null {
  return BY_WORTH.find((feature) => features.includes(feature)) ?? null
}

/** The GPU that answers are computed on, if one is. */
export function usedGpu(hardware: HardwareState): { name: string; backend: string; memoryBytes: number | null } | null {
  const { choice } = hardware
  if (choice === null || choice.gpu === null || choice.chosen === 'cpu') return null
  const { name, totalMemoryBytes, unifiedMemory } = choice.gpu
  return {
    // Vendors put their name and trademark signs before what people call the card.
    name: name.replace(/^NVIDIA (GeForce )?/, '').replace(/\((R|TM)\)/g, ''),
    backend: backendName(choice.chosen),
    memoryBytes: unifiedMemory ? null : totalMemoryBytes,
  }
}
