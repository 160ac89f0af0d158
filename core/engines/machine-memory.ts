import { readFileSync } from 'node:fs'
import { freemem, totalmem } from 'node:os'

/** macOS calls memory used that it would give at once; so much of all can be had. */
const MAC_AVAILABLE = 0.7

/** Bytes that there are, and that a new process can have. */
export interface MachineMemory {
  free(): number
  total(): number
}

export interface MemoryFacts {
  platform: NodeJS.Platform
  totalmem(): number
  /** On Linux `MemAvailable`: what can be had without swapping. */
  freemem(): number
  /** The limit that a container or service manager set; 0 or larger than the machine where there is none. */
  constrained(): number
  /** A file of the kernel's, or null. */
  read(path: string): string | null
}

/** Memory of this machine within the limits that it was given (cgroups v2 and v1). */
export function createMachineMemory(facts: MemoryFacts = thisMachine()): MachineMemory {
  const limit = () => {
    const constrained = facts.constrained()
    return constrained > 0 && constrained < facts.totalmem() ? constrained : null
  }
  return {
    total: () => limit() ?? facts.totalmem(),
    free() {
      const available =
        facts.platform === 'darwin' ? Math.max(facts.freemem(), facts.totalmem() * MAC_AVAILABLE) : facts.freemem()
      const limited = limit()
      if (limited === null) return available
      return Math.max(0, Math.min(available, limited - (usedInGroup(facts.read) ?? 0)))
    },
  }
}

/** What the group holds and would not give back at once: files that were read can be dropped. */
function usedInGroup(read: MemoryFacts['read']): number | null {
  for (const [usage, stat, key] of [
    ['/sys/fs/cgroup/memory.current', '/sys/fs/cgroup/memory.stat', 'inactive_file'],
    ['/sys/fs/cgroup/memory/memory.usage_in_bytes', '/sys/fs/cgroup/memory/memory.stat', 'total_inactive_file'],
  ] as const) {
    const used = Number(read(usage)?.trim() || Number.NaN)
    if (!Number.isFinite(used)) continue
    const line = read(stat)
      ?.split('\n')
      .find((each) => each.startsWith(`${key} `))
    return Math.max(0, used - Number(line?.split(' ')[1] ?? 0))
  }
  return null
}

function thisMachine(): MemoryFacts {
  return {
    platform: process.platform,
    totalmem,
    freemem,
    constrained: () => process.constrainedMemory?.() ?? 0,
    read(path) {
      try {
        return readFileSync(path, 'utf8')
      } catch {
        return null
      }
    },
  }
}
