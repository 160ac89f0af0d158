import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { PlainError, root } from '../../scripts/lib/project.mjs'
import { findLlamaServer } from '../build-llama-server.mjs'
import { firstModel } from '../openai.mjs'
import { hearth } from './hearth.mjs'
import { bestThreads, llamaServer } from './llama-server.mjs'

/**
 * @typedef {import('./stream.mjs').Endpoint & {
 *   pid: number | null,
 *   unload: (() => Promise<void>) | null,
 *   stop(): Promise<void>,
 * }} Running `pid` is null for what someone else started; `unload` is null where only the end of the process unloads
 */

/**
 * @typedef {object} Backend
 * @property {string} name
 * @property {'stock' | 'native' | 'llama-server' | 'peer'} kind
 * @property {() => Promise<Running>} start
 * @property {(running: Running) => Promise<string[]>} [prepare] what it does once before it is measured; with notes
 */

/** The same for all: slots, and tokens of each. Room for a prompt of 4k tokens, its answer and another message. */
export const SLOTS = 8
export const CONTEXT_LENGTH = 5120

/**
 * Who is compared, ours first, and what is to be said about who is not.
 * @param {import('../options.mjs').BenchOptions} options
 * @param {string} folder for data folders
 * @returns {Promise<{ backends: Backend[], notes: string[], llamaServer: { threads: number, trial: object[] } | null }>}
 */
export async function findBackends(options, folder) {
  const notes = []
  const cells = { slots: SLOTS, contextLength: CONTEXT_LENGTH }
  const ours = { model: options.modelName, ...cells }
  const backends = [hearth({ name: 'hearth', home: join(folder, 'stock'), native: false, ...ours })]
  if (hasNativeBuild()) {
    backends.push(hearth({ name: 'hearth native', home: join(folder, 'native'), native: true, ...ours }))
  } else notes.push('Our build of the addon is not here (npm run build:native): it is not measured.')

  const found = await findLlamaServer(options.llamaServer)
  let trial = null
  if (found.program === null) notes.push(found.why)
  else {
    const server = { program: found.program, model: options.model, ...cells }
    trial = options.llamaThreads ? { threads: options.llamaThreads, trial: [] } : await bestThreads(server)
    backends.push(llamaServer({ ...server, threads: trial.threads }))
  }
  for (const peer of options.peers) backends.push(await external(peer))
  return { backends, notes, llamaServer: trial }
}

/** @param {{ name: string, url: string, model: string | null }} peer @returns {Promise<Backend>} */
async function external({ name, url, model }) {
  const named =
    model ??
    (await firstModel(url).catch((error) => {
      throw new PlainError(`${name} did not answer: ${error instanceof Error ? error.message : String(error)}`)
    }))
  const running = { base: url, model: named, endless: {}, pid: null, unload: null, stop: async () => {} }
  return { name, kind: 'peer', start: async () => running }
}

function hasNativeBuild() {
  const folder = join(root, 'dist', 'native')
  return existsSync(folder) && readdirSync(folder, { recursive: true }).some((file) => String(file).endsWith('.node'))
}
