import { spawn } from 'node:child_process'
import { cliEntry, root } from '../scripts/lib/project.mjs'
import { cleanEnvironment } from './environment.mjs'

/**
 * Starts `hearth serve` on a free port with a data folder of its own.
 * @param {string} home
 * @param {Record<string, string>} [more] more of the environment
 * @returns {Promise<{ base: string, pid: number, startedAt: number, readyMs: number, stop(): Promise<void> }>}
 *   `startedAt` as performance.now() just before the start
 */
export async function startServer(home, more = {}) {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [cliEntry, 'serve', '--port', '0'], {
    cwd: root,
    env: { ...cleanEnvironment(home), ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  let output = ''
  const url = await new Promise((resolve, reject) => {
    const read = (/** @type {Buffer} */ chunk) => {
      output += chunk
      const found = /Hearth is listening on (\S+)/.exec(output)?.[1]
      if (found) resolve(found)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', (code) => reject(new Error(`hearth serve ended with code ${code}:\n${output}`)))
  })
  return {
    base: `${url}/v1`,
    pid: child.pid ?? 0,
    startedAt,
    readyMs: performance.now() - startedAt,
    async stop() {
      child.kill('SIGINT')
      await exited
    },
  }
}
