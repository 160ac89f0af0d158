import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { availableParallelism } from 'node:os'
import { decodeTps, firstMs, stream } from './stream.mjs'
import { storyPrompt, uniqueText } from './texts.mjs'

/** @typedef {import('./backends.mjs').Backend} Backend */
/** @typedef {import('./backends.mjs').Running} Running */

/**
 * @typedef {object} LlamaServerOptions
 * @property {string} program
 * @property {string} model path of the GGUF
 * @property {number} slots
 * @property {number} contextLength tokens of each slot
 * @property {number} threads
 */

/**
 * llama-server with its defaults but for slots, cells and threads.
 * @param {LlamaServerOptions} options
 * @returns {Backend}
 */
export function llamaServer(options) {
  return { name: 'llama-server', kind: 'llama-server', start: () => start(options) }
}

/** @param {LlamaServerOptions} options @returns {Promise<Running>} */
async function start({ program, model, slots, contextLength, threads }) {
  const port = await freePort()
  const cells = ['-np', String(slots), '-c', String(slots * contextLength)]
  const args = [
    '-m',
    model,
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    ...cells,
    '-t',
    String(threads),
    '--no-webui',
  ]
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  let output = ''
  for (const pipe of [child.stdout, child.stderr])
    pipe.on('data', (chunk) => (output = `${output}${chunk}`.slice(-4000)))
  const base = `http://127.0.0.1:${port}`
  while (!(await healthy(base))) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`llama-server ended:\n${output}`)
    await new Promise((done) => setTimeout(done, 5))
  }
  return {
    base: `${base}/v1`,
    model: 'model',
    endless: { ignore_eos: true },
    pid: child.pid ?? 0,
    unload: null,
    async stop() {
      child.kill('SIGINT')
      const late = setTimeout(() => child.kill('SIGKILL'), 5000)
      await exited
      clearTimeout(late)
    },
  }
}

/** @param {string} base */
async function healthy(base) {
  const response = await fetch(`${base}/health`).catch(() => null)
  await response?.arrayBuffer()
  return response?.ok === true
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/**
 * The thread count with which it is fastest here, by reading a prompt and by writing an answer alike.
 * @param {Omit<LlamaServerOptions, 'threads'>} options
 */
export async function bestThreads(options) {
  const cores = availableParallelism()
  const candidates = [...new Set([1, 2, 4, cores >> 1, cores - 1, cores])].filter(
    (count) => count >= 1 && count <= cores,
  )
  const trial = []
  for (const threads of candidates.toSorted((a, b) => a - b)) {
    const running = await start({ ...options, threads })
    try {
      await stream(running, 'Hello', 4)
      const speeds = []
      for (const seed of [1, 2]) {
        const read = await stream(running, uniqueText(seed, 350), 1)
        const written = await stream(running, storyPrompt(seed), 64)
        speeds.push({ prefill: (read.promptTokens / firstMs(read)) * 1000, decode: decodeTps(written) })
      }
      const best = (/** @type {'prefill' | 'decode'} */ kind) => Math.max(...speeds.map((speed) => speed[kind]))
      trial.push({ threads, prefillTps: best('prefill'), decodeTps: best('decode') })
    } finally {
      await running.stop()
    }
  }
  const score = (/** @type {(typeof trial)[number]} */ one) => Math.sqrt(one.prefillTps * one.decodeTps)
  const best = trial.reduce((a, b) => (score(b) > score(a) ? b : a))
  return { threads: best.threads, trial }
}
