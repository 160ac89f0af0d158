import { readFileSync, readdirSync } from 'node:fs'
import { expect } from '@playwright/test'

/** A process and everything that it started, as process ids. Only Linux tells; elsewhere the process alone. */
export function processTree(pid: number): number[] {
  if (process.platform !== 'linux') return [pid]
  const children = new Map<number, number[]>()
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const parent = statOf(Number(entry))?.parent
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(entry)])
  }
  const collect = (root: number): number[] => [root, ...(children.get(root) ?? []).flatMap(collect)]
  return collect(pid)
}

/** Expects that every one of these processes ends within a few seconds. */
export async function expectGone(pids: readonly number[]): Promise<void> {
  expect(pids.length).toBeGreaterThan(0)
  await expect
    .poll(() => pids.filter(isAlive).map(describe), { message: 'processes that are left', timeout: 10_000 })
    .toEqual([])
}

/** The files that a process has mapped into its memory; Linux only. */
export function mappedFiles(pid: number): string[] {
  const maps = readOrNull(`/proc/${pid}/maps`) ?? ''
  return [...new Set([...maps.matchAll(/\s(\/\S.*)$/gm)].map((match) => match[1] ?? ''))]
}

function isAlive(pid: number): boolean {
  // Nobody may be there to collect one that has ended: it is gone all the same.
  if (process.platform === 'linux') return !['Z', 'X', undefined].includes(statOf(pid)?.state)
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function describe(pid: number): string {
  return `${pid} ${(readOrNull(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ').slice(0, 200)}`
}

function statOf(pid: number): { state: string; parent: number } | undefined {
  const [, state, parent] = /^\d+ \(.*\) (\S) (\d+)/s.exec(readOrNull(`/proc/${pid}/stat`) ?? '') ?? []
  return state === undefined ? undefined : { state, parent: Number(parent) }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
