import type { Backend, BackendChoice, BackendProbe, BackendSetting, GpuFacts } from '../../shared/domain/hardware.ts'
import { backendName, rejectionOf, type Rejection } from './backend-rejection.ts'

export interface BackendFacts {
  /** As `process.platform` and `process.arch` say. */
  platform: string
  arch: string
  probes: readonly BackendProbe[]
  setting: BackendSetting
}

/** From the usually fastest to the one that always works. */
const preference: readonly Backend[] = ['metal', 'cuda', 'vulkan', 'cpu']

/**
 * Chooses what computes, from what the probes said and what the person set, and says in words why not the others. A
 * forced backend is taken if it works at all; if it does not, the automatic choice stands in and `fallbackFrom` names
 * it. The CPU needs no probe: it is what remains.
 */
export function chooseBackend(facts: BackendFacts): BackendChoice {
  const forced = facts.setting === 'automatic' ? null : facts.setting
  if (forced !== null) {
    const probe = probeOf(facts, forced)
    const works = forced === 'cpu' || (probe?.outcome === 'works' && probe.gpus.length > 0)
    if (works) return choose(facts, forced, { fallbackFrom: null, setByPerson: true })
  }
  const chosen = preference.find((backend) => backend === 'cpu' || unfitness(facts, backend) === null) ?? 'cpu'
  return choose(facts, chosen, { fallbackFrom: forced, setByPerson: false })
}

function choose(
  facts: BackendFacts,
  chosen: Backend,
  how: { fallbackFrom: Backend | null; setByPerson: boolean },
): BackendChoice {
  const rejected = preference
    .filter((backend) => backend !== chosen)
    .map(
      (backend) => (backend === 'cpu' ? null : unfitness(facts, backend)) ?? lesser(backend, chosen, how.setByPerson),
    )
  return {
    chosen,
    gpu: chosen === 'cpu' ? null : largestGpu(probeOf(facts, chosen)),
    rejected,
    fallbackFrom: how.fallbackFrom,
  }
}

function unfitness(facts: BackendFacts, backend: Backend): Rejection | null {
  const probe = probeOf(facts, backend)
  return rejectionOf(backend, facts, probe, largestGpu(probe))
}

/** Of a backend that would work, too. */
function lesser(backend: Backend, chosen: Backend, setByPerson: boolean): Rejection {
  const reason = setByPerson ? 'set_by_person' : 'slower_choice'
  const sentence = setByPerson
    ? `${backendName(backend)} would work; ${backendName(chosen)} was chosen in the settings.`
    : `${backendName(backend)} works too; ${backendName(chosen)} is usually faster.`
  return { backend, reason, sentence }
}

function probeOf(facts: BackendFacts, backend: Backend): BackendProbe | undefined {
  return facts.probes.find((probe) => probe.backend === backend)
}

/** The GPU with the most memory counts; of equals, the one with more of it free. */
function largestGpu(probe: BackendProbe | undefined): GpuFacts | null {
  if (probe?.outcome !== 'works') return null
  const [largest] = [...probe.gpus].sort(
    (a, b) => b.totalMemoryBytes - a.totalMemoryBytes || b.freeMemoryBytes - a.freeMemoryBytes,
  )
  return largest ?? null
}
