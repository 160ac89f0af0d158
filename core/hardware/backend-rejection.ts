import type { Backend, BackendChoice, BackendProbe, GpuFacts } from '../../shared/domain/hardware.ts'

export type Rejection = BackendChoice['rejected'][number]

/** Below this much free memory a GPU holds too little of a model to help. */
const leastGpuMemoryBytes = 2 * 1024 ** 3

const names: Record<Backend, string> = { metal: 'Metal', cuda: 'CUDA', vulkan: 'Vulkan', cpu: 'The processor' }

/** How a backend is called in a sentence. */
export function backendName(backend: Backend): string {
  return names[backend]
}

/** `1.5 GB`, counted in powers of 1024 as drivers do. */
function formatGiB(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GB`
}

/** Why a GPU backend can't be used here, or null when it can. `gpu` is the one that counts, if there is one. */
export function rejectionOf(
  backend: Backend,
  machine: { platform: string; arch: string },
  probe: BackendProbe | undefined,
  gpu: GpuFacts | null,
): Rejection | null {
  const name = names[backend]
  if (!existsOn(backend, machine)) {
    return { backend, reason: 'not_on_this_platform', sentence: `${name} does not exist on this kind of computer.` }
  }
  switch (probe?.outcome) {
    case undefined:
    case 'absent':
      return { backend, reason: 'not_on_this_platform', sentence: `Hearth has no ${name} for this kind of computer.` }
    case 'hung': {
      const seconds = Math.round(probe.afterMs / 1000)
      const sentence = `The ${name} driver did not answer within ${seconds} seconds.`
      return { backend, reason: 'driver_hung', sentence, data: { seconds } }
    }
    case 'crashed':
      return {
        backend,
        reason: 'driver_crashed',
        sentence: `The ${name} driver crashed when it was asked.`,
        data: { detail: probe.detail },
      }
    case 'failed':
      return failed(backend, probe.detail)
    case 'works':
      return working(backend, gpu)
  }
}

function failed(backend: Backend, detail: string): Rejection {
  const name = names[backend]
  const data = { detail }
  if (/no .*driver is installed/i.test(detail)) {
    return { backend, reason: 'driver_failed', sentence: `No driver for ${name} is installed on this computer.`, data }
  }
  if (/no (\w+ )?(device|gpu|adapter)|found no|not find.*(device|gpu)|no usable/i.test(detail)) {
    return { backend, reason: 'no_device', sentence: `${name} found no graphics card that it can use.`, data }
  }
  if (/version|too old|outdated|insufficient|update/i.test(detail)) {
    return {
      backend,
      reason: 'driver_too_old',
      sentence: `The graphics driver is too old for ${name}. Update it to use the graphics card.`,
      data,
    }
  }
  return { backend, reason: 'driver_failed', sentence: `${name} did not start: ${detail}`, data }
}

function working(backend: Backend, gpu: GpuFacts | null): Rejection | null {
  const name = names[backend]
  if (gpu === null) return { backend, reason: 'no_device', sentence: `${name} found no graphics card that it can use.` }
  if (gpu.unifiedMemory || gpu.freeMemoryBytes >= leastGpuMemoryBytes) return null
  return {
    backend,
    reason: 'too_little_memory',
    sentence: `${gpu.name} has only ${formatGiB(gpu.freeMemoryBytes)} of free memory; ${name} needs ${formatGiB(leastGpuMemoryBytes)}.`,
    data: { gpu: gpu.name, freeMemoryBytes: gpu.freeMemoryBytes, neededBytes: leastGpuMemoryBytes },
  }
}

function existsOn(backend: Backend, { platform, arch }: { platform: string; arch: string }): boolean {
  if (backend === 'cpu') return true
  if (backend === 'metal') return platform === 'darwin' && arch === 'arm64'
  return platform !== 'darwin'
}
