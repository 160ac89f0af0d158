import { z } from 'zod'
import { ErrorInfo } from './errors.ts'

/** What computes: a GPU interface, or the processor. */
export const Backend = z.enum(['metal', 'cuda', 'vulkan', 'cpu'])
export type Backend = z.infer<typeof Backend>

/** What the person chose in the settings. */
export const BackendSetting = z.enum(['automatic', 'metal', 'cuda', 'vulkan', 'cpu'])
export type BackendSetting = z.infer<typeof BackendSetting>

export const CpuFacts = z.object({
  model: z.string(),
  physicalCores: z.int(),
  logicalCores: z.int(),
  architecture: z.string(),
  /** Vector instructions that matter for speed: AVX2, AVX-512, AMX, NEON. */
  features: z.array(z.string()),
})
export type CpuFacts = z.infer<typeof CpuFacts>

export const GpuFacts = z.object({
  name: z.string(),
  backend: Backend.exclude(['cpu']),
  totalMemoryBytes: z.number(),
  freeMemoryBytes: z.number(),
  /** Memory is the processor's own (Apple silicon, integrated GPUs). */
  unifiedMemory: z.boolean(),
})
export type GpuFacts = z.infer<typeof GpuFacts>

/** What asking one backend brought. */
export const BackendProbe = z.discriminatedUnion('outcome', [
  z.object({ backend: Backend, outcome: z.literal('works'), gpus: z.array(GpuFacts) }),
  /** This build has no binary of it for this platform. */
  z.object({ backend: Backend, outcome: z.literal('absent') }),
  z.object({ backend: Backend, outcome: z.literal('failed'), detail: z.string() }),
  z.object({ backend: Backend, outcome: z.literal('crashed'), detail: z.string() }),
  z.object({ backend: Backend, outcome: z.literal('hung'), afterMs: z.number() }),
])
export type BackendProbe = z.infer<typeof BackendProbe>

/** Why a backend was not chosen; the window words it. */
export const RejectionReason = z.enum([
  'not_on_this_platform',
  'no_device',
  'too_little_memory',
  'driver_too_old',
  'driver_failed',
  'driver_crashed',
  'driver_hung',
  'slower_choice',
  'set_by_person',
])
export type RejectionReason = z.infer<typeof RejectionReason>

export const BackendChoice = z.object({
  chosen: Backend,
  /** The GPU that counts, if the backend is not the CPU. */
  gpu: GpuFacts.nullable(),
  rejected: z.array(
    z.object({
      backend: Backend,
      reason: RejectionReason,
      /** The whole reason in English, for logs, the command line and a hover. */
      sentence: z.string(),
      data: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    }),
  ),
  /** Set when the person forced a backend that does not work here and another one stands in. */
  fallbackFrom: Backend.nullable(),
})
export type BackendChoice = z.infer<typeof BackendChoice>

export const HardwareState = z.object({
  /** `asking` until the probe has answered or was given up. */
  state: z.enum(['asking', 'known']),
  cpu: CpuFacts,
  totalMemoryBytes: z.number(),
  freeMemoryBytes: z.number(),
  probes: z.array(BackendProbe),
  choice: BackendChoice.nullable(),
  problem: ErrorInfo.nullable(),
})
export type HardwareState = z.infer<typeof HardwareState>
