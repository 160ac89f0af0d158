import { withHome } from './environment.mjs'
import { settledMemory } from './memory.mjs'
import { ask } from './openai.mjs'
import { startServer } from './server.mjs'
import { openWindow } from './window.mjs'

/** @typedef {import('./options.mjs').BenchOptions} BenchOptions */

/**
 * From the start of `hearth serve` to its first line and to the first text over HTTP, with nothing loaded; then what
 * it weighs before and after.
 * @param {BenchOptions} options
 */
export async function measureServerStarts({ starts, modelName }) {
  const result = { listeningMs: [], firstTokenMs: [], restBytes: [], loadedBytes: [] }
  for (let round = 0; round < starts; round++) {
    await withHome(async (home) => {
      const server = await startServer(home)
      try {
        const asked = performance.now()
        const { firstMs } = await ask(server.base, modelName, 'What is the capital of France?', 16)
        result.listeningMs.push(server.readyMs)
        result.firstTokenMs.push(asked - server.startedAt + firstMs)
        result.loadedBytes.push(await settledMemory(server.pid))
      } finally {
        await server.stop()
      }
    })
    await withHome(async (home) => {
      const server = await startServer(home)
      try {
        result.restBytes.push(await settledMemory(server.pid))
      } finally {
        await server.stop()
      }
    })
  }
  return result
}

/**
 * From the start of the app to a painted composer, with a new data folder; then what the app weighs before and after
 * its first answer.
 * @param {BenchOptions} options
 * @param {NodeJS.ProcessEnv} env
 */
export async function measureWindowStarts({ starts }, env) {
  const result = { electron: '', paintedMs: [], restBytes: [], loadedBytes: [] }
  for (let round = 0; round < starts; round++) {
    await withHome(async (home) => {
      const window = await openWindow(home, env)
      try {
        result.electron = window.version
        result.paintedMs.push(window.paintedMs)
        result.restBytes.push(await settledMemory(window.pid))
        await window.ask('What is the capital of France?')
        result.loadedBytes.push(await settledMemory(window.pid))
      } finally {
        await window.close()
      }
    })
  }
  return result
}
