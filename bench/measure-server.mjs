import { fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'
import { cacheFolder, root } from '../scripts/lib/project.mjs'
import { nodeConfig } from '../scripts/vite.node.config.mjs'
import { stream } from './engine/stream.mjs'
import { endlessPrompt } from './engine/texts.mjs'
import { cleanEnvironment, withHome } from './environment.mjs'

/** As the scripts of core/server/runner.testing.ts. */
const CADENCES = /** @type {const} */ (['token-by-token', 'in-batches'])
/** What the scripted models write. */
const WORD = ' word'
/** Rounds before the first that counts, in which code is compiled. */
const WARM_UP = 20

/** @typedef {{ cpuMs: number[], firstMs: number[], pieces: number[] }} Cost */
/** @typedef {{ decodeTps: number[], firstMs: number[] }} RealSpeed */
/**
 * @typedef {object} ServerResult
 * @property {number} tokens of each answer
 * @property {Record<string, Record<string, Cost>>} scripted by cadence, then by API; `direct` is the same without HTTP
 * @property {Record<'direct' | 'http', RealSpeed>} real
 */

const messages = (/** @type {string} */ content) => [{ role: 'user', content }]

/** @type {Record<string, (model: string, prompt: string, tokens: number) => [path: string, body: object]>} */
const APIS = {
  OpenAI: (model, prompt, tokens) => [
    '/v1/chat/completions',
    { model, messages: messages(prompt), max_tokens: tokens, stream: true, stream_options: { include_usage: true } },
  ],
  Ollama: (model, prompt, tokens) => [
    '/api/chat',
    { model, messages: messages(prompt), options: { num_predict: tokens }, stream: true },
  ],
  Anthropic: (model, prompt, tokens) => [
    '/v1/messages',
    { model, messages: messages(prompt), max_tokens: tokens, stream: true },
  ],
  'LM Studio': (model, prompt, tokens) => [
    '/api/v1/chat',
    { model, input: prompt, max_output_tokens: tokens, stream: true, store: false },
  ],
}

/**
 * What HTTP and its streams cost: the same answer with and without them, in turns. With a scripted engine, which costs
 * nothing itself, in time of the server's processor and until the first token; with a real one as a share of its speed.
 * @param {import('./options.mjs').BenchOptions} options
 * @param {(line: string) => void} say
 * @returns {Promise<ServerResult>}
 */
export async function measureServer(options, say) {
  mkdirSync(cacheFolder, { recursive: true })
  const folder = mkdtempSync(join(cacheFolder, 'server-'))
  try {
    await build(nodeConfig({ source: 'core/server/runner.testing.ts', output: 'runner', format: 'es' }, folder))
    const runner = join(folder, 'runner.js')
    /** @type {ServerResult['scripted']} */
    const scripted = {}
    for (const cadence of CADENCES) {
      say(`  A scripted model, ${cadence}, ${options.requests} requests of each …`)
      scripted[cadence] = await measureScripted(runner, cadence, options)
    }
    say(`  The real model, ${options.rounds} rounds in turns …`)
    const real = await withHome((home) => measureReal(runner, home, options))
    return { tokens: options.tokens, scripted, real }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * @param {string} runner
 * @param {string} model
 * @param {import('./options.mjs').BenchOptions} options
 */
async function measureScripted(runner, model, { requests, tokens }) {
  const server = await start(runner, { engine: 'scripted' })
  /** @type {Record<string, Cost>} */
  const costs = {}
  /** @param {string} name @param {{ cpuMs: number, firstMs: number, pieces: number }} measured */
  const add = (name, { cpuMs, firstMs, pieces }) => {
    const cost = (costs[name] ??= { cpuMs: [], firstMs: [], pieces: [] })
    cost.cpuMs.push(cpuMs)
    cost.firstMs.push(firstMs)
    cost.pieces.push(pieces)
  }
  try {
    for (let round = -WARM_UP; round < requests; round++) {
      const prompt = `Question ${round}`
      const direct = await server.ask({ type: 'direct', model, prompt, tokens })
      if (round >= 0) add('direct', direct)
      for (const [name, request] of Object.entries(APIS)) {
        const before = await server.ask({ type: 'cpu' })
        const read = await readAll(server.url, ...request(model, prompt, tokens))
        const after = await server.ask({ type: 'cpu' })
        if (read.words < tokens) throw new Error(`${name} sent ${read.words} of ${tokens} tokens: ${read.body}`)
        if (round >= 0) add(name, { ...read, cpuMs: after.cpuMs - before.cpuMs })
      }
    }
  } finally {
    await server.stop()
  }
  return costs
}

/**
 * @param {string} url
 * @param {string} path
 * @param {object} request
 */
async function readAll(url, path, request) {
  const startedAt = performance.now()
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  })
  let body = ''
  let firstMs = Number.NaN
  const decoder = new TextDecoder()
  for await (const bytes of response.body ?? []) {
    body += decoder.decode(bytes, { stream: true })
    if (Number.isNaN(firstMs) && body.includes(WORD)) firstMs = performance.now() - startedAt
  }
  const lines = body.split('\n').filter((line) => line.includes(WORD))
  return { firstMs, body, pieces: lines.length, words: body.split(WORD).length - 1 }
}

/**
 * @param {string} runner
 * @param {string} home
 * @param {import('./options.mjs').BenchOptions} options
 */
async function measureReal(runner, home, { rounds, tokens, modelName: model }) {
  const server = await start(runner, { engine: 'real', home, root }, cleanEnvironment(home))
  const endpoint = { base: `${server.url}/v1`, model, endless: {} }
  /** @type {ServerResult['real']} */
  const speeds = { direct: { decodeTps: [], firstMs: [] }, http: { decodeTps: [], firstMs: [] } }
  /** @param {RealSpeed} speed @param {{ firstMs: number, lastMs: number, tokens: number }} measured */
  const add = (speed, measured) => {
    speed.firstMs.push(measured.firstMs)
    speed.decodeTps.push(((measured.tokens - 1) / (measured.lastMs - measured.firstMs)) * 1000)
  }
  try {
    // Loading is measured elsewhere.
    await stream(endpoint, 'Hello', 8)
    let seed = 1
    for (let round = 0; round < rounds; round++) {
      add(speeds.direct, await server.ask({ type: 'direct', model, prompt: endlessPrompt(seed++), tokens }))
      const { startedAt, arrivals, completionTokens } = await stream(endpoint, endlessPrompt(seed++), tokens)
      const [firstMs = Number.NaN] = arrivals.map((at) => at - startedAt)
      const lastMs = (arrivals.at(-1) ?? Number.NaN) - startedAt
      add(speeds.http, { firstMs, lastMs, tokens: completionTokens })
    }
  } finally {
    await server.stop()
  }
  return speeds
}

/**
 * The program that serves, in a process of its own, so that its processor time is that of the server alone.
 * @param {string} runner
 * @param {object} task
 * @param {NodeJS.ProcessEnv} [env]
 */
async function start(runner, task, env = process.env) {
  const child = fork(runner, [JSON.stringify(task)], { env })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const next = () =>
    new Promise((resolve, reject) => {
      const lost = (/** @type {number | null} */ code) => reject(new Error(`The measured server ended with ${code}.`))
      child.once('exit', lost)
      child.once('message', (/** @type {any} */ message) => {
        child.off('exit', lost)
        if (message.error) reject(new Error(message.error))
        else resolve(message)
      })
    })
  const { url } = await next()
  return {
    /** @type {string} */
    url,
    /** @param {import('node:child_process').Serializable} asked @returns {Promise<any>} */
    ask(asked) {
      const answer = next()
      child.send(asked)
      return answer
    },
    async stop() {
      child.disconnect()
      await exited
    },
  }
}
