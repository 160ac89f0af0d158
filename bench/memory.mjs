import { readdirSync, readFileSync } from 'node:fs'
import { processes } from 'systeminformation'

/** Between two looks, and the longest that is waited for memory to come to rest (ms). */
const LOOK_MS = 1000
const REST_MS = 20_000

/**
 * Resident memory of a process and all below it, once it no longer changes: what a start asks and builds is over then.
 * Pages that several of them share count for each.
 * @param {number} pid
 * @returns {Promise<number>} bytes
 */
export async function settledMemory(pid) {
  const deadline = performance.now() + REST_MS
  for (let before = 0; ;) {
    await new Promise((done) => setTimeout(done, LOOK_MS))
    const now = await treeMemory(pid)
    if (Math.abs(now - before) < now / 50 || performance.now() > deadline) return now
    before = now
  }
}

/**
 * Resident memory of a process and all below it, now.
 * @param {number} pid
 * @returns {Promise<number>} bytes
 */
export async function treeMemory(pid) {
  const list = process.platform === 'linux' ? linuxProcesses() : await otherProcesses()
  const tree = new Set([pid])
  for (let size = 0; size !== tree.size;) {
    size = tree.size
    for (const { pid: child, parent } of list) if (tree.has(parent)) tree.add(child)
  }
  return list.filter((entry) => tree.has(entry.pid)).reduce((sum, { bytes }) => sum + bytes, 0)
}

async function otherProcesses() {
  const { list } = await processes()
  // systeminformation counts in kilobytes.
  return list.map(({ pid, parentPid, memRss }) => ({ pid, parent: parentPid, bytes: memRss * 1024 }))
}

/** Without starting a program, so that a look ten times a second disturbs nothing. */
function linuxProcesses() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/status`, 'utf8')
        const field = (/** @type {string} */ key) =>
          Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
        return [{ pid: Number(name), parent: field('PPid'), bytes: field('VmRSS') * 1024 }]
      } catch {
        // It ended while it was looked at.
        return []
      }
    })
}
