import { describe, expect, it } from 'vitest'
import { createMachineMemory, type MemoryFacts } from './machine-memory.ts'

const files = (contents: Record<string, string>) => (path: string) => contents[path] ?? null
const machine = (facts: Partial<MemoryFacts> = {}) =>
  createMachineMemory({
    platform: 'linux',
    totalmem: () => 64e9,
    freemem: () => 40e9,
    constrained: () => 0,
    read: () => null,
    ...facts,
  })

describe('the memory of this machine', () => {
  it('is what the system says where nothing limits it', () => {
    expect(machine().total()).toBe(64e9)
    expect(machine().free()).toBe(40e9)
    // The largest number that a kernel writes for “no limit”.
    expect(machine({ constrained: () => 2 ** 63 }).total()).toBe(64e9)
  })

  it('is what the container may have, and files that it read count as free', () => {
    const v2 = machine({
      constrained: () => 8e9,
      read: files({
        '/sys/fs/cgroup/memory.current': '7000000000\n',
        '/sys/fs/cgroup/memory.stat': 'anon 2000000000\ninactive_file 4000000000\n',
      }),
    })
    expect(v2.total()).toBe(8e9)
    expect(v2.free()).toBe(5e9)
    const v1 = machine({
      constrained: () => 8e9,
      read: files({
        '/sys/fs/cgroup/memory/memory.usage_in_bytes': '6000000000',
        '/sys/fs/cgroup/memory/memory.stat': 'inactive_file 1\ntotal_inactive_file 1000000000',
      }),
    })
    expect(v1.free()).toBe(3e9)
  })

  it('is never more than the machine has free, nor than the limit', () => {
    expect(machine({ constrained: () => 8e9, freemem: () => 1e9 }).free()).toBe(1e9)
    expect(machine({ constrained: () => 8e9 }).free()).toBeLessThanOrEqual(8e9)
  })

  it('counts on macOS what the system would give at once', () => {
    expect(machine({ platform: 'darwin', totalmem: () => 16e9, freemem: () => 0.3e9 }).free()).toBeCloseTo(11.2e9)
  })
})
