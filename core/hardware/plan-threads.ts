import type { CpuFacts } from '../../shared/domain/hardware.ts'

export interface ThreadPlan {
  /** Threads while single tokens are decoded. */
  decodeThreads: number
  /** Threads while a prompt is read. */
  batchThreads: number
  /** Size of libuv's pool in the engine (`UV_THREADPOOL_SIZE`). */
  uvThreads: number
}

/**
 * How many threads an engine gets until it was tuned on this machine: one core less than there are while decoding, so
 * that the rest of the computer stays alive, and all of them on machines of one or two, where one thread alone reached
 * only half the speed (engine.md). Hyperthreads do not count, unless there is nothing else. One libuv thread keeps
 * the native calls on one CPU, which the CPU backend needs to be fast.
 *
 * @param wanted threads that a person set; taken as far as there are processors for them
 */
export function planThreads(cpu: Pick<CpuFacts, 'physicalCores' | 'logicalCores'>, wanted?: number): ThreadPlan {
  const logical = Math.max(1, cpu.logicalCores)
  if (wanted !== undefined) {
    const threads = Math.min(wanted, logical)
    return { decodeThreads: threads, batchThreads: threads, uvThreads: 1 }
  }
  const cores = logical <= 2 ? logical : Math.min(Math.max(cpu.physicalCores, 2), logical)
  return { decodeThreads: cores <= 2 ? cores : cores - 1, batchThreads: cores, uvThreads: 1 }
}
