import { setTimeout as sleep } from 'node:timers/promises'
import { capture } from '../../scripts/lib/run.mjs'
import { settledMemory, treeMemory } from '../memory.mjs'
import { nextMessage } from './answering.mjs'
import { firstMs, stream } from './stream.mjs'
import { storyPrompt, uniqueText } from './texts.mjs'

/** @typedef {import('./backends.mjs').Backend} Backend */
/** @typedef {import('./backends.mjs').Running} Running */
/** @typedef {import('./metrics.mjs').Measured} Measured */
/** @typedef {import('./answering.mjs').Course & { file: string }} Course */

const CHAT = 2000
const LOOK_MS = 100

/**
 * From a request, with nothing in memory, to its first token. Hearth serves already and loads on demand; llama-server
 * starts with its model, so its start counts.
 * @param {Backend} backend
 * @param {Course} course
 * @returns {Promise<Measured>}
 */
export async function load(backend, course) {
  const cold = (await leaveMemory(course.file)) ? await timeLoad(backend) : Number.NaN
  return { coldLoad: cold, warmLoad: await timeLoad(backend) }
}

/** @param {Backend} backend */
async function timeLoad(backend) {
  let started = performance.now()
  const running = await backend.start()
  try {
    if (running.unload) {
      await running.unload()
      started = performance.now()
    }
    const { arrivals } = await stream(running, 'Hello', 1)
    return (arrivals[0] ?? Number.NaN) - started
  } finally {
    await running.stop()
  }
}

/** Has the operating system forget a file that nobody maps; false where that can't be done. @param {string} file */
async function leaveMemory(file) {
  if (process.platform !== 'linux') return false
  const { code } = await capture('dd', [`if=${file}`, 'iflag=nocache', 'count=0'])
  return code === 0
}

/**
 * A chat of 2,000 tokens, a restart, and its next message with the model loaded again.
 * @param {Backend} backend
 * @param {Course} course
 * @returns {Promise<Measured>}
 */
export async function restart(backend, course) {
  const question = uniqueText(course.seed(), course.words(CHAT))
  const before = await backend.start()
  /** @type {import('./stream.mjs').Streamed} */
  let asked
  try {
    await stream(before, 'Hello', 1)
    asked = await stream(before, question, 16)
  } finally {
    await before.stop()
  }
  const after = await backend.start()
  try {
    await stream(after, 'Hello', 1)
    const ms = firstMs(await stream(after, nextMessage(question, asked.text), 1))
    return { ttftRestart: ms, restartRatio: ms / firstMs(asked) }
  } finally {
    await after.stop()
  }
}

/**
 * The most that a fresh process tree takes while it loads, reads 4k tokens and answers as many as it has slots; what
 * an idle core takes is counted apart. Where unloading is possible: the share of what loading took that comes back.
 * @param {Backend} backend
 * @param {Course} course
 * @returns {Promise<Measured>}
 */
export async function memory(backend, course) {
  const running = await backend.start()
  try {
    const { pid, unload } = running
    if (pid === null) return {}
    const idle = unload ? await settledMemory(pid) : 0
    const peak = watchPeak(pid)
    await stream(running, 'Hello', 1)
    const loaded = unload ? await settledMemory(pid) : 0
    await stream(running, uniqueText(course.seed(), course.words(4096)), 1)
    await Promise.all(Array.from({ length: 8 }, () => stream(running, storyPrompt(course.seed()), 32)))
    const most = await peak.stop()
    /** @type {Measured} */
    const measured = { memory: (most - idle) / 1e6, memoryAll: most / 1e6 }
    if (unload) {
      await unload()
      measured.unloaded = (loaded - (await settledMemory(pid))) / (loaded - idle)
    }
    return measured
  } finally {
    await running.stop()
  }
}

/** @param {number} pid */
function watchPeak(pid) {
  let most = 0
  let watching = true
  const watched = (async () => {
    while (watching) {
      most = Math.max(most, await treeMemory(pid))
      await sleep(LOOK_MS)
    }
  })()
  return {
    /** @returns {Promise<number>} bytes */
    async stop() {
      watching = false
      await watched
      return most
    },
  }
}
