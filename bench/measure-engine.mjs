import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { aggregate, cancel, cold, mixed, warm } from './engine/answering.mjs'
import { CONTEXT_LENGTH, findBackends, SLOTS } from './engine/backends.mjs'
import { load, memory, restart } from './engine/processes.mjs'
import { stream } from './engine/stream.mjs'
import { uniqueText } from './engine/texts.mjs'

/** @typedef {import('./engine/backends.mjs').Backend} Backend */
/** @typedef {import('./engine/backends.mjs').Running} Running */
/** @typedef {import('./engine/metrics.mjs').MetricName} MetricName */
/** @typedef {{ kind: Backend['kind'], notes: string[], values: Partial<Record<MetricName, number[]>> }} BackendResult */
/** @typedef {Awaited<ReturnType<typeof measureEngine>>} EngineResult */

/** Each needs processes of its own, with nothing else in memory. */
const APART = { load, restart, memory }
/** Asked of processes that all run at once, one after the other. */
const TOGETHER = { cold, warm, aggregate, mixed, cancel }

/** @typedef {keyof typeof APART | keyof typeof TOGETHER} CaseName */
export const CASES = /** @type {CaseName[]} */ ([...Object.keys(APART), ...Object.keys(TOGETHER)])

/** A fixed seed, so that each run asks the same. */
const SEED = 20_261
const CALIBRATION_WORDS = 400
const REST_MS = 3000

/**
 * This engine and the others with the same GGUF and as many cells, in turns: A B C A B C.
 * @param {import('./options.mjs').BenchOptions} options
 * @param {(line: string) => void} say
 */
export async function measureEngine(options, say) {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-engine-'))
  let seed = SEED
  let wordsPerToken = 1
  const course = {
    seed: () => seed++,
    words: (/** @type {number} */ tokens) => Math.round(tokens * wordsPerToken),
    tokens: options.tokens,
    file: options.model,
    undisturbedMs: new Map(),
  }
  try {
    const { backends, notes, llamaServer } = await findBackends(options, folder)
    const results = /** @type {Record<string, BackendResult>} */ ({})
    for (const { name, kind } of backends) results[name] = { kind, notes: [], values: {} }
    const note = (/** @type {string} */ name, /** @type {string} */ line) => {
      if (!results[name]?.notes.includes(line)) results[name]?.notes.push(line)
    }

    /** @param {Backend} backend @param {string} what @param {() => Promise<Partial<Record<MetricName, number>>>} task */
    const record = async (backend, what, task) => {
      try {
        for (const [metric, value] of Object.entries(await task())) {
          // Object.entries forgets which names there are.
          const values = /** @type {Record<string, number[]>} */ (results[backend.name]?.values)
          ;(values[metric] ??= []).push(value)
        }
      } catch (error) {
        const line = `${what} failed: ${error instanceof Error ? error.message : String(error)}`
        say(`  ${backend.name}: ${line}`)
        note(backend.name, line)
      }
    }

    /** @type {{ backend: Backend, running: Running }[]} */
    const started = []
    const startAll = async () => {
      for (const backend of backends) {
        const running = await backend.start()
        started.push({ backend, running })
        for (const line of (await backend.prepare?.(running)) ?? []) note(backend.name, line)
        const { promptTokens } = await stream(running, uniqueText(seed++, CALIBRATION_WORDS), 1)
        wordsPerToken = CALIBRATION_WORDS / promptTokens
      }
    }
    const stopAll = async () => {
      for (const { running } of started.splice(0)) await running.stop()
    }

    try {
      say('  They start, and Hearth measures itself …')
      await startAll()
      const together = Object.entries(TOGETHER).filter(([name]) => options.cases.has(name))
      for (let round = 1; round <= options.rounds && together.length > 0; round++) {
        for (const [name, measure] of together) {
          say(`  Round ${round} of ${options.rounds}: ${name} …`)
          for (const { backend, running } of started) {
            // What the one before still does of its own accord is not to be measured here.
            await pause(REST_MS)
            await record(backend, name, () => measure(running, course))
          }
        }
      }
      await stopAll()
      const apart = Object.entries(APART).filter(([name]) => options.cases.has(name))
      for (let round = 1; round <= options.rounds && apart.length > 0; round++) {
        for (const [name, measure] of apart) {
          say(`  Round ${round} of ${options.rounds}: ${name} …`)
          for (const backend of backends.filter(({ kind }) => kind !== 'peer')) {
            await record(backend, name, () => measure(backend, course))
          }
        }
      }
    } finally {
      await stopAll()
    }
    return { slots: SLOTS, contextLength: CONTEXT_LENGTH, llamaServer, notes, backends: results }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}
