import { availableParallelism, cpus, freemem, totalmem } from 'node:os'
import { toErrorInfo } from '../../shared/domain/errors.ts'
import type {
  Backend,
  BackendChoice,
  BackendProbe,
  BackendSetting,
  CpuFacts,
  HardwareState,
} from '../../shared/domain/hardware.ts'
import { askProbe, ProbeLostError } from '../host/ask-probe.ts'
import type { Host } from '../host/host.ts'
import type { Log } from '../lib/log.ts'
import { createTopic, type Topic } from '../lib/topic.ts'
import { chooseBackend } from './choose-backend.ts'

/** A driver that has not answered by then hangs. */
const PROBE_TIMEOUT_MS = 15_000

export interface Hardware {
  topic: Topic<HardwareState>
  state(): HardwareState
  /** The backend to load with; waits for the first probe. */
  choice(): Promise<BackendChoice>
  /** Processor facts; waits for the first probe. */
  cpu(): Promise<CpuFacts>
  /** Asks again in new processes. */
  refresh(): Promise<void>
}

export interface HardwareDeps {
  host: Host
  log: Log
  setting: () => BackendSetting
  platform: NodeJS.Platform
  arch: string
}

/** What this machine computes with. Drivers are asked in throwaway processes, because a broken one can crash or hang. */
export function createHardware({ host, log, setting, platform, arch }: HardwareDeps): Hardware {
  let cpu: CpuFacts = quickCpuFacts(arch)
  let probes: BackendProbe[] = []
  let known = false
  let asking: Promise<void> | null = null

  const currentChoice = () => chooseBackend({ platform, arch, probes, setting: setting() })
  const state = (): HardwareState => ({
    state: known ? 'known' : 'asking',
    cpu,
    totalMemoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    probes,
    choice: known ? currentChoice() : null,
    problem: null,
  })
  const topic = createTopic(state)

  async function ask(): Promise<void> {
    const askCpu = askProbe(host, { type: 'cpu' }, PROBE_TIMEOUT_MS).then(
      (reply) => {
        cpu = reply.cpu
      },
      (error: unknown) => log.warn({ error: toErrorInfo(error) }, 'processor probe failed'),
    )
    const askBackends = backendsOf(platform).map((backend) => probeBackend(host, backend))
    probes = [...(await Promise.all(askBackends)), { backend: 'cpu', outcome: 'works', gpus: [] }]
    await askCpu
    known = true
    log.info({ probes, choice: currentChoice() }, 'hardware')
    topic.changed()
  }

  const refresh = () => {
    asking ??= ask().finally(() => {
      asking = null
    })
    return asking
  }

  const settled = async () => {
    if (!known) await refresh()
  }

  return {
    topic,
    state,
    refresh,
    async choice() {
      await settled()
      return currentChoice()
    },
    async cpu() {
      await settled()
      return cpu
    },
  }
}

async function probeBackend(host: Host, backend: Backend): Promise<BackendProbe> {
  try {
    return (await askProbe(host, { type: 'backend', backend }, PROBE_TIMEOUT_MS)).probe
  } catch (error) {
    if (error instanceof ProbeLostError && error.how === 'hung')
      return { backend, outcome: 'hung', afterMs: PROBE_TIMEOUT_MS }
    const detail = toErrorInfo(error).message
    return { backend, outcome: error instanceof ProbeLostError ? 'crashed' : 'failed', detail }
  }
}

function backendsOf(platform: NodeJS.Platform): Backend[] {
  return platform === 'darwin' ? ['metal'] : ['cuda', 'vulkan']
}

/** What the runtime knows at once, until the probe has asked more closely. */
function quickCpuFacts(arch: string): CpuFacts {
  const logicalCores = availableParallelism()
  return {
    model: cpus()[0]?.model.trim() ?? arch,
    physicalCores: logicalCores,
    logicalCores,
    architecture: arch,
    features: [],
  }
}
