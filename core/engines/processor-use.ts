import { cpus } from 'node:os'

/** Tells which part of the processors anything on this machine used since it was asked last, 0 to 1. */
export function createProcessorUse(
  read: () => { times: Record<string, number> & { idle: number } }[] = cpus,
): () => number {
  let before = totals(read())
  return () => {
    const now = totals(read())
    const all = now.all - before.all
    const idle = now.idle - before.idle
    before = now
    return all > 0 ? Math.min(1, Math.max(0, 1 - idle / all)) : 0
  }
}

function totals(processors: { times: Record<string, number> & { idle: number } }[]): { all: number; idle: number } {
  let all = 0
  let idle = 0
  for (const { times } of processors) {
    idle += times.idle
    for (const part of Object.values(times)) all += part
  }
  return { all, idle }
}
