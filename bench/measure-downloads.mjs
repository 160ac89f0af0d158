import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'
import { cacheFolder, root } from '../scripts/lib/project.mjs'
import { nodeConfig } from '../scripts/vite.node.config.mjs'

/** @typedef {{ name: string, run(round: number): Promise<void> }} Contender */

/**
 * Download speed against curl, of one file from one server on loopback, in turns. Both write the file and hash it;
 * curl's hash is made by `sha256sum`, and once more by `openssl`, which is faster; and once more with the file synced
 * to the disk, as Hearth's always is.
 *
 * @param {{ gigabytes: number, rounds: number }} options
 * @returns {Promise<Record<string, number[]>>} bytes a second, of each round
 */
export async function measureDownloads({ gigabytes, rounds }) {
  const bytes = Math.round(gigabytes * 1e9)
  const work = mkdtempSync(join(cacheFolder, 'downloads-'))
  const programs = await buildRunner(work)
  const server = await startFileServer(bytes)
  try {
    const sha256 = (await shell(`curl -sS '${server.url}' | openssl dgst -sha256 -r`)).slice(0, 64)
    const file = join(work, 'curl.gguf')
    const curl = (/** @type {string} */ hash, /** @type {string} */ after) => async () => {
      const hashed = await shell(`curl -sS '${server.url}' | tee '${file}' | ${hash}${after}`)
      if (!hashed.includes(sha256)) throw new Error(`curl brought other bytes: ${hashed}`)
    }
    /** @type {Contender[]} */
    const contenders = [
      {
        name: 'hearth',
        async run(round) {
          const task = {
            root: join(work, `round-${round}`),
            url: server.url,
            sizeBytes: bytes,
            sha256,
            hashWorkerPath: programs.worker,
            connections: 4,
            chunkBytes: null,
          }
          await shell(`'${process.execPath}' '${programs.runner}' '${JSON.stringify(task)}'`)
          rmSync(task.root, { recursive: true })
        },
      },
      { name: 'curl | tee | sha256sum', run: curl('sha256sum', '') },
      { name: 'curl | tee | openssl', run: curl('openssl dgst -sha256 -r', '') },
      { name: 'curl | tee | openssl, synced', run: curl('openssl dgst -sha256 -r', ` && sync '${file}'`) },
    ]
    /** @type {Map<string, number[]>} */
    const speeds = new Map(contenders.map(({ name }) => [name, []]))
    for (let round = 0; round < rounds; round++) {
      for (const { name, run } of contenders) {
        // What an earlier one left to be written must not slow the next.
        await shell('sync')
        const start = performance.now()
        await run(round)
        speeds.get(name)?.push(bytes / ((performance.now() - start) / 1000))
        rmSync(file, { force: true })
      }
    }
    return Object.fromEntries(speeds)
  } finally {
    server.stop()
    rmSync(work, { recursive: true, force: true })
  }
}

/** @param {string} outDir */
async function buildRunner(outDir) {
  await build(nodeConfig({ source: 'core/downloads/runner.testing.ts', output: 'runner', format: 'es' }, outDir))
  await build(nodeConfig({ source: 'core/downloads/hash-worker.ts', output: 'hash-worker', format: 'es' }, outDir))
  return { runner: join(outDir, 'runner.js'), worker: join(outDir, 'hash-worker.js') }
}

/** @param {number} bytes */
async function startFileServer(bytes) {
  const child = spawn(process.execPath, [join(root, 'bench', 'file-server.mjs'), String(bytes)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(String(data).trim()))
    child.once('exit', (code) => reject(new Error(`The file server ended with ${code}.`)))
  })
  return { url: String(url), stop: () => child.kill() }
}

/** @param {string} command @returns {Promise<string>} */
function shell(command) {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-o', 'pipefail', '-c', command], { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.on('data', (data) => {
      output += data
    })
    child.once('exit', (code) => (code === 0 ? resolve(output) : reject(new Error(`${command} ended with ${code}`))))
  })
}
