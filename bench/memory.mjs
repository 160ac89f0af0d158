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

/** @param {number} pid */
async function treeMemory(pid) {
  const { list } = await processes()
  const tree = new Set([pid])
  for (let size = 0; size !== tree.size;) {
    size = tree.size
    for (const { pid: child, parentPid } of list) if (tree.has(parentPid)) tree.add(child)
  }
  // systeminformation counts in kilobytes.
  return list.filter((entry) => tree.has(entry.pid)).reduce((sum, { memRss }) => sum + memRss * 1024, 0)
}
