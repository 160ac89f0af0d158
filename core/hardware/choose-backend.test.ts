import { describe, expect, it } from 'vitest'
import type { Backend, BackendChoice, BackendProbe, BackendSetting, GpuFacts } from '../../shared/domain/hardware.ts'
import { chooseBackend } from './choose-backend.ts'

type GpuBackend = GpuFacts['backend']
const gib = 1024 ** 3

function gpu(backend: GpuBackend, name: string, totalGiB: number, freeGiB = totalGiB, unifiedMemory = false): GpuFacts {
  return { name, backend, totalMemoryBytes: totalGiB * gib, freeMemoryBytes: freeGiB * gib, unifiedMemory }
}
const works = (backend: Backend, ...gpus: GpuFacts[]): BackendProbe => ({ backend, outcome: 'works', gpus })
const absent = (backend: Backend): BackendProbe => ({ backend, outcome: 'absent' })
const failed = (backend: Backend, detail: string): BackendProbe => ({ backend, outcome: 'failed', detail })
const cpu = works('cpu')
const rtx = gpu('cuda', 'RTX 4090', 24)

interface Row {
  machine: string
  platform?: string
  arch?: string
  probes: BackendProbe[]
  setting?: BackendSetting
  chosen: Backend
  gpu?: string
  fallbackFrom?: Backend
  reasons: Partial<Record<Backend, BackendChoice['rejected'][number]['reason']>>
}

const table: Row[] = [
  {
    machine: 'Apple silicon',
    platform: 'darwin',
    arch: 'arm64',
    probes: [works('metal', gpu('metal', 'Apple M3', 16, 11, true)), cpu],
    chosen: 'metal',
    gpu: 'Apple M3',
    reasons: { cuda: 'not_on_this_platform', vulkan: 'not_on_this_platform', cpu: 'slower_choice' },
  },
  {
    machine: 'an Apple with an Intel processor',
    platform: 'darwin',
    arch: 'x64',
    probes: [absent('metal'), cpu],
    chosen: 'cpu',
    reasons: { metal: 'not_on_this_platform' },
  },
  {
    machine: 'a good NVIDIA card',
    probes: [works('cuda', rtx), works('vulkan', gpu('vulkan', 'RTX 4090', 24)), cpu],
    chosen: 'cuda',
    gpu: 'RTX 4090',
    reasons: { vulkan: 'slower_choice', cpu: 'slower_choice', metal: 'not_on_this_platform' },
  },
  {
    machine: 'CUDA with too little memory, Vulkan on another card',
    probes: [works('cuda', gpu('cuda', 'GT 1030', 2, 1.2)), works('vulkan', gpu('vulkan', 'RX 7800', 16)), cpu],
    chosen: 'vulkan',
    gpu: 'RX 7800',
    reasons: { cuda: 'too_little_memory' },
  },
  {
    machine: 'CUDA with too little memory and nothing else',
    probes: [works('cuda', gpu('cuda', 'GT 1030', 2, 1.2)), absent('vulkan'), cpu],
    chosen: 'cpu',
    reasons: { cuda: 'too_little_memory', vulkan: 'not_on_this_platform' },
  },
  {
    machine: 'Vulkan with an old driver',
    probes: [
      failed('cuda', 'no CUDA device was found'),
      failed('vulkan', 'requires Vulkan version 1.2, driver has 1.0'),
      cpu,
    ],
    chosen: 'cpu',
    reasons: { cuda: 'no_device', vulkan: 'driver_too_old' },
  },
  {
    machine: 'two GPUs',
    probes: [works('cuda', gpu('cuda', 'RTX 3060', 12), gpu('cuda', 'RTX A6000', 48, 40)), absent('vulkan'), cpu],
    chosen: 'cuda',
    gpu: 'RTX A6000',
    reasons: { cpu: 'slower_choice' },
  },
  {
    machine: 'no GPU',
    probes: [failed('cuda', 'found no graphics card'), failed('vulkan', 'found no graphics card'), cpu],
    chosen: 'cpu',
    reasons: { cuda: 'no_device', vulkan: 'no_device' },
  },
  {
    machine: 'no driver',
    probes: [
      failed('cuda', 'no cuda driver is installed (libcuda.so.1: cannot open shared object file)'),
      absent('vulkan'),
      cpu,
    ],
    chosen: 'cpu',
    reasons: { cuda: 'driver_failed' },
  },
  {
    machine: 'a card with an old driver',
    probes: [
      failed('cuda', 'the driver of GeForce GTX 970, version 390.77, is too old or damaged'),
      absent('vulkan'),
      cpu,
    ],
    chosen: 'cpu',
    reasons: { cuda: 'driver_too_old' },
  },
  {
    machine: 'a hanging probe',
    probes: [{ backend: 'cuda', outcome: 'hung', afterMs: 15_000 }, works('vulkan', gpu('vulkan', 'RX 7800', 16)), cpu],
    chosen: 'vulkan',
    gpu: 'RX 7800',
    reasons: { cuda: 'driver_hung' },
  },
  {
    machine: 'a crashing probe',
    probes: [absent('cuda'), { backend: 'vulkan', outcome: 'crashed', detail: 'signal 11' }, cpu],
    chosen: 'cpu',
    reasons: { vulkan: 'driver_crashed' },
  },
  {
    machine: 'no probe at all',
    probes: [],
    chosen: 'cpu',
    reasons: { cuda: 'not_on_this_platform', vulkan: 'not_on_this_platform' },
  },
  {
    machine: 'Vulkan forced though CUDA works',
    probes: [works('cuda', rtx), works('vulkan', gpu('vulkan', 'RTX 4090', 24)), cpu],
    setting: 'vulkan',
    chosen: 'vulkan',
    gpu: 'RTX 4090',
    reasons: { cuda: 'set_by_person', cpu: 'set_by_person' },
  },
  {
    machine: 'a small card forced all the same',
    probes: [works('cuda', gpu('cuda', 'GT 1030', 2, 1.2)), absent('vulkan'), cpu],
    setting: 'cuda',
    chosen: 'cuda',
    gpu: 'GT 1030',
    reasons: { cpu: 'set_by_person' },
  },
  {
    machine: 'the processor forced',
    probes: [works('cuda', rtx), absent('vulkan'), cpu],
    setting: 'cpu',
    chosen: 'cpu',
    reasons: { cuda: 'set_by_person', vulkan: 'not_on_this_platform' },
  },
  {
    machine: 'CUDA forced, but its driver fails',
    probes: [failed('cuda', 'libcuda.so.1 is missing'), works('vulkan', gpu('vulkan', 'RX 7800', 16)), cpu],
    setting: 'cuda',
    chosen: 'vulkan',
    gpu: 'RX 7800',
    fallbackFrom: 'cuda',
    reasons: { cuda: 'driver_failed', cpu: 'slower_choice' },
  },
  {
    machine: 'Metal forced on Linux',
    probes: [absent('cuda'), absent('vulkan'), cpu],
    setting: 'metal',
    chosen: 'cpu',
    fallbackFrom: 'metal',
    reasons: { metal: 'not_on_this_platform' },
  },
]

describe('choosing a backend', () => {
  it.each(table)('for $machine', ({ platform = 'linux', arch = 'x64', probes, setting = 'automatic', ...expected }) => {
    const choice = chooseBackend({ platform, arch, probes, setting })
    expect(choice.chosen).toBe(expected.chosen)
    expect(choice.gpu?.name).toBe(expected.gpu)
    expect(choice.fallbackFrom).toBe(expected.fallbackFrom ?? null)
    const reasons = Object.fromEntries(choice.rejected.map(({ backend, reason }) => [backend, reason]))
    expect(reasons).toMatchObject(expected.reasons)
  })

  it.each(table)(
    'says a sentence about every other backend for $machine',
    ({ platform = 'linux', arch = 'x64', probes, setting = 'automatic' }) => {
      const choice = chooseBackend({ platform, arch, probes, setting })
      expect(new Set([choice.chosen, ...choice.rejected.map(({ backend }) => backend)]).size).toBe(4)
      for (const { sentence } of choice.rejected) expect(sentence).toMatch(/^[A-Z].{20,}[.\w]$/)
    },
  )
})
