import { PlainError } from '../scripts/lib/project.mjs'
import { withHome } from './environment.mjs'
import { ask, firstModel } from './openai.mjs'
import { longPrompt, storyPrompt } from './prompts.mjs'
import { startServer } from './server.mjs'
import { openWindow } from './window.mjs'

/** @typedef {import('./options.mjs').BenchOptions} BenchOptions */
/** @typedef {Awaited<ReturnType<typeof import('./llama-bench.mjs').prepareLlamaBench>> | null} LlamaBench */
/** @typedef {{ decodeTps: number[], prefillTps: number[], firstMs: number[] }} Speed */

/** @returns {Speed} */
const none = () => ({ decodeTps: [], prefillTps: [], firstMs: [] })

/**
 * Everyone answers in turns, so that a machine that slows down slows down for all.
 * @param {BenchOptions} options
 * @param {LlamaBench} llama
 */
export function measureSpeed(options, llama) {
  return withHome(async (home) => {
    const server = await startServer(home)
    try {
      const endpoints = [{ name: 'hearth', base: server.base, model: options.modelName }]
      for (const { name, url, model } of options.peers) {
        endpoints.push({
          name,
          base: url,
          model: model ?? (await firstModel(url).catch((error) => giveUp(name, error))),
        })
      }
      /** @type {Record<string, Speed>} */
      const results = Object.fromEntries(endpoints.map(({ name }) => [name, none()]))
      // Loading is measured elsewhere.
      for (const { name, base, model } of endpoints) {
        await ask(base, model, 'Hello', 8).catch((error) => giveUp(name, error))
      }
      for (let round = 0; round < options.rounds; round++) {
        for (const { name, base, model } of endpoints) {
          const fail = (/** @type {unknown} */ error) => giveUp(name, error)
          const story = await ask(base, model, storyPrompt(round), options.tokens).catch(fail)
          const long = await ask(base, model, longPrompt(`${name} ${round}`), 1).catch(fail)
          results[name]?.decodeTps.push(story.decodeTps)
          results[name]?.prefillTps.push(long.prefillTps)
          results[name]?.firstMs.push(long.firstMs)
        }
        if (llama) add(results, await llama.measure())
      }
      return results
    } finally {
      await server.stop()
    }
  })
}

/**
 * The same in the app, whose window paints each token; the app says its speed itself.
 * @param {BenchOptions} options
 * @param {LlamaBench} llama
 * @param {NodeJS.ProcessEnv} env
 */
export function measureWindowSpeed(options, llama, env) {
  return withHome(async (home) => {
    const window = await openWindow(home, env)
    try {
      /** @type {Record<string, Speed>} */
      const results = { hearth: none() }
      await window.ask('Hello')
      for (let round = 0; round < options.rounds; round++) {
        results['hearth']?.decodeTps.push((await window.ask(storyPrompt(round))).decodeTps)
        if (llama) add(results, await llama.measure())
      }
      return results
    } finally {
      await window.close()
    }
  })
}

/**
 * Rounds with a gap would compare different moments: who fails ends the run.
 * @param {string} name
 * @param {unknown} error
 * @returns {never}
 */
function giveUp(name, error) {
  throw new PlainError(`${name} did not answer: ${error instanceof Error ? error.message : String(error)}`)
}

/**
 * @param {Record<string, Speed>} results
 * @param {{ decodeTps: number, prefillTps: number }} measured
 */
function add(results, measured) {
  const speed = (results['llama-bench'] ??= none())
  speed.decodeTps.push(measured.decodeTps)
  speed.prefillTps.push(measured.prefillTps)
}
