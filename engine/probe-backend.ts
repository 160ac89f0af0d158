import { createRequire } from 'node:module'
import { getLlama, LlamaLogLevel, NoBinaryFoundError, type Llama } from 'node-llama-cpp'
import { graphics } from 'systeminformation'
import type { Backend, BackendProbe, GpuFacts } from '../shared/domain/hardware.ts'

type GpuBackend = GpuFacts['backend']

/** Vulkan drivers that compute on the processor, more slowly than the CPU backend. */
const softwareDevice = /llvmpipe|lavapipe|swiftshader|softpipe/i

/**
 * Starts one backend and asks it for its devices. A driver may crash or hang this process: only its host can tell.
 */
export async function probeBackend(backend: Backend): Promise<BackendProbe> {
  if (backend === 'cpu') return { backend, outcome: 'works', gpus: [] }
  if (!hasBinary(backend)) return { backend, outcome: 'absent' }
  try {
    const llama = await getLlama({
      gpu: backend,
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      maxThreads: 1,
      logLevel: LlamaLogLevel.disabled,
    })
    const gpus = await gpusOf(llama, backend)
    if (gpus.length === 0) return { backend, outcome: 'failed', detail: `${backend} found no graphics card` }
    return { backend, outcome: 'works', gpus }
  } catch (error) {
    if (error instanceof NoBinaryFoundError) return { backend, outcome: 'failed', detail: await explain(backend) }
    return { backend, outcome: 'failed', detail: error instanceof Error ? error.message : String(error) }
  }
}

/** Whether the installed packages hold a binary of this backend for this platform. */
function hasBinary(backend: GpuBackend): boolean {
  const { platform, arch } = process
  const system = { win32: 'win', darwin: 'mac' }[platform as string] ?? platform // other platforms keep their name
  try {
    createRequire(import.meta.url).resolve(`@node-llama-cpp/${system}-${arch}-${backend}`)
    return true
  } catch {
    return false
  }
}

/** Why a backend that is there did not start. */
async function explain(backend: GpuBackend): Promise<string> {
  const missing = missingDriver(backend)
  if (missing !== null) return `no ${backend} driver is installed (${missing})`
  const { controllers } = await graphics().catch(() => ({ controllers: [] }))
  const card = controllers.find((controller) =>
    (backend === 'cuda' ? /nvidia/i : /nvidia|amd|radeon|intel/i).test(controller.vendor),
  )
  if (card?.driverVersion === undefined || card.driverVersion === '') return `${backend} found no graphics card`
  return `the driver of ${card.model}, version ${card.driverVersion}, is too old or damaged`
}

/** What the operating system says when the driver's library is not there; null when it is. */
function missingDriver(backend: GpuBackend): string | null {
  if (backend === 'metal') return null
  const names =
    process.platform === 'win32'
      ? { cuda: 'nvcuda.dll', vulkan: 'vulkan-1.dll' }
      : { cuda: 'libcuda.so.1', vulkan: 'libvulkan.so.1' }
  try {
    process.dlopen({ exports: {} }, names[backend])
    return null
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    // It is no Node module, so that loading it "fails" even when it is there.
    return /cannot open shared object|could not be found/i.test(message) ? message : null
  }
}

async function gpusOf(llama: Llama, backend: GpuBackend): Promise<GpuFacts[]> {
  const names = (await llama.getGpuDeviceNames()).filter((name) => !softwareDevice.test(name))
  const memory = await llama.getVramState()
  const unifiedMemory = memory.unifiedSize > 0
  const whole = { backend, totalMemoryBytes: memory.total, freeMemoryBytes: memory.free, unifiedMemory }
  if (names.length === 0) return []
  if (names.length === 1) return [{ ...whole, name: names[0] ?? backend }]
  // The library only knows the sum; the driver's own tool knows each card.
  const { controllers } = await graphics().catch(() => ({ controllers: [] }))
  const each = names.map((name, index) => {
    const same = controllers.filter(
      ({ model, memoryTotal }) => memoryTotal && (name.includes(model) || model.includes(name)),
    )
    const card = same[names.slice(0, index).filter((other) => other === name).length]
    if (card?.memoryTotal == null || card.memoryFree == null) return null
    return {
      ...whole,
      name,
      totalMemoryBytes: card.memoryTotal * 1024 ** 2,
      freeMemoryBytes: card.memoryFree * 1024 ** 2,
    }
  })
  const known = each.filter((gpu) => gpu !== null)
  return known.length === names.length ? known : [{ ...whole, name: names.join(' + ') }]
}
