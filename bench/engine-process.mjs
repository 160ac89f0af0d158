import { fork } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../scripts/lib/project.mjs'

/** A text that repeats itself is continued, so that each run writes as many tokens as were asked for. */
const repeatedTokens = 24

/** @param {string} entry */
function start(entry) {
  return fork(join(root, 'dist', 'engine', entry), [], {
    serialization: 'advanced',
    execArgv: [],
    env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
}

/**
 * Asks a throwaway process one thing.
 * @param {object} request
 * @returns {Promise<any>}
 */
export async function probe(request) {
  const child = start('probe.js')
  try {
    return await new Promise((resolve, reject) => {
      child.on('message', (/** @type {any[]} */ [reply]) =>
        reply.type === 'error' ? reject(new Error(reply.error.message)) : resolve(reply),
      )
      child.on('exit', (code) => reject(new Error(`The probe ended with ${code}.`)))
      child.send(request)
    })
  } finally {
    child.kill('SIGKILL')
  }
}

/**
 * An engine with one model and one slot.
 * @param {{ path: string, kvType: string, contextLength: number, threads: number }} options
 */
export async function startEngine({ threads, ...options }) {
  const child = start('main.js')
  let id = 0
  /** @returns {Promise<any>} */
  const ask = (/** @type {object} */ message, /** @type {string} */ answer) =>
    new Promise((resolve, reject) => {
      const listen = (/** @type {any[]} */ replies) => {
        const error = replies.find(({ type }) => type === 'error')
        if (error) reject(new Error(error.error.message))
        const reply = replies.find(({ type }) => type === answer)
        if (!reply) return
        child.off('message', listen)
        resolve(reply)
      }
      child.on('message', listen)
      child.send(message)
    })
  const fixed = {
    backend: 'cpu',
    slots: 1,
    decodeThreads: threads,
    batchThreads: threads,
    gpuLayers: null,
    template: null,
    decodeBatchMax: 1,
    flashAttention: true,
    batchSize: 512,
    mmap: true,
    mlock: false,
    loras: [],
    draftPath: null,
    split: { mainGpu: null, tensorSplit: [], cpuExpertLayers: 0 },
    toolStyle: null,
    stateCache: null,
    nativeAddon: null,
  }
  await ask({ type: 'load', options: { ...options, ...fixed } }, 'ready')
  return {
    /**
     * Tokens a second, with so many tokens in the context before.
     * @param {number} context
     * @param {number} tokens
     */
    async decodeSpeed(context, tokens) {
      const request = {
        input: {
          kind: 'tokens',
          tokens: Array.from({ length: context }, (_, index) => 1000 + (index % repeatedTokens) * 97),
        },
        sampling: { temperature: 0 },
        maxTokens: tokens,
        stop: [],
        constraint: { kind: 'none' },
        tools: [],
        toolChoice: 'auto',
        parallelToolCalls: true,
        echo: false,
        reasoning: { mode: 'auto' },
        truncate: false,
        seed: 1,
      }
      const { usage, timings } = await ask(
        { type: 'generate', id: ++id, request, priority: 'api', owner: 'bench' },
        'done',
      )
      return ((usage.completion - 1) / timings.decodeMs) * 1000
    },
    stop: () => void child.kill('SIGKILL'),
  }
}
