import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'

/**
 * llama-bench at the thread count of {1, half, all} with which it decodes fastest here.
 * @param {string} program
 * @param {string} model
 * @param {number} tokens
 */
export async function prepareLlamaBench(program, model, tokens) {
  const cores = availableParallelism()
  const candidates = [...new Set([1, Math.max(1, Math.floor(cores / 2)), cores])]
  const trial = []
  for (const threads of candidates) trial.push({ threads, ...(await measure(program, model, threads, 64)) })
  const best = trial.reduce((a, b) => (b.decodeTps > a.decodeTps ? b : a))
  return { threads: best.threads, trial, measure: () => measure(program, model, best.threads, tokens) }
}

/**
 * @param {string} program
 * @param {string} model
 * @param {number} threads
 * @param {number} tokens
 * @returns {Promise<{ prefillTps: number, decodeTps: number }>}
 */
async function measure(program, model, threads, tokens) {
  const args = ['-m', model, '-p', '512', '-n', String(tokens), '-r', '1', '-t', String(threads), '-o', 'json']
  const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 16e6 })
  /** @type {{ n_prompt: number, n_gen: number, avg_ts: number }[]} */
  const rows = JSON.parse(stdout)
  const speed = (/** @type {'n_prompt' | 'n_gen'} */ kind) => rows.find((row) => row[kind] > 0)?.avg_ts ?? Number.NaN
  return { prefillTps: speed('n_prompt'), decodeTps: speed('n_gen') }
}
