import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runnerImport } from 'vite'
import { root } from '../../scripts/lib/project.mjs'
import { startServer } from '../server.mjs'

/** @typedef {import('./backends.mjs').Backend} Backend */
/** @typedef {import('./backends.mjs').Running} Running */

/** The default of the settings. */
const STATE_CACHE_BYTES = 4e9

/**
 * This engine behind `hearth serve`, with as many slots and cells as the others. It measures itself before anything
 * else is measured, and measures nothing of its own accord after that.
 * @param {{ name: string, home: string, model: string, slots: number, contextLength: number, native: boolean }} options
 * @returns {Backend}
 */
export function hearth({ name, home, model, slots, contextLength, native }) {
  mkdirSync(home, { recursive: true })
  const engine = { keepAliveMinutes: -1, autoTune: false }
  writeFileSync(join(home, 'settings.json'), JSON.stringify({ engine }))
  return {
    name,
    kind: native ? 'native' : 'stock',
    async start() {
      const server = await startServer(home, native ? {} : { HEARTH_NATIVE: 'off' })
      const rpc = await connect(home)
      await rpc.client.settings.update({ engine: { stateCacheBytes: STATE_CACHE_BYTES } })
      await rpc.client.models.update({ name: model, patch: { defaults: { load: { slots, contextLength } } } })
      return {
        base: server.base,
        model,
        endless: {},
        pid: server.pid,
        unload: () => rpc.client.engines.unload({ model }),
        async stop() {
          await rpc.close()
          await server.stop()
        },
      }
    },
    async prepare(running) {
      const rpc = await connect(home)
      try {
        // Writing states to disk begins when others are measured already.
        await rpc.client.settings.update({ engine: { stateCacheBytes: 0 } })
        await rpc.client.engines.load({ model })
        const notes = []
        await rpc.client.engines.tune({ model }).catch((/** @type {Error} */ error) => {
          notes.push(`It did not measure itself: ${error.message}`)
        })
        // What was measured holds from the next load on.
        await running.unload?.()
        await rpc.client.engines.load({ model })
        const [loaded] = await current(rpc.client)
        if (loaded?.slots && loaded.slots.length !== slots)
          notes.push(`It has ${loaded.slots.length} slots of ${slots}.`)
        if (loaded?.contextLength !== contextLength) notes.push(`Its slots have ${loaded?.contextLength} tokens.`)
        if (loaded && 'native' in loaded && loaded.native !== native) {
          notes.push(
            native ? 'Our build of the addon does NOT run.' : 'Our build of the addon runs, not the stock one.',
          )
        }
        if (loaded?.threads)
          notes.push(`${loaded.threads.decode} threads decode, ${loaded.threads.batch} read prompts.`)
        return notes
      } finally {
        await rpc.close()
      }
    },
  }
}

/** @param {any} client @returns {Promise<any[]>} */
async function current(client) {
  for await (const { models } of await client.engines.watch()) return models
  return []
}

/** The same client as the command line's. @param {string} home @returns {Promise<{ client: any, close(): Promise<void> }>} */
async function connect(home) {
  const { module } = await runnerImport(join(root, 'cli', 'client.ts'))
  const connection = await module.connectToHolder(home)
  if (connection === null) throw new Error(`No core holds ${home}.`)
  return connection
}
