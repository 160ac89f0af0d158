import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { LoadedModel } from '../../shared/domain/engines.ts'
import { type NodeCore, startNodeCore } from '../node.ts'

/** `npm run soak` asks for 1,000 and for five minutes. */
const aborts = Number(process.env['HEARTH_SOAK_ABORTS'] ?? 24)
const seconds = Number(process.env['HEARTH_SOAK_SECONDS'] ?? 10)
const MODEL = 'smollm2:135m'
const CLIENTS = 8
/** No request may take longer: it would hang. */
const HANG_MS = 120_000

setFlagsFromString('--expose-gc')
// The flag makes it a global of contexts that are made after it.
const collectGarbage = runInNewContext('gc') as () => void

const home = mkdtempSync(join(tmpdir(), 'hearth-soak-'))
let running: NodeCore
let base = ''

beforeAll(async () => {
  running = await startNodeCore({
    home,
    root: join(import.meta.dirname, '..', '..'),
    version: '0.0.0',
    env: { ...process.env, HEARTH_AUTH: 'off' },
    program: 'soak',
    headless: { host: null, port: 0, ui: false },
  })
  base = running.core.server.state().status.addresses[0] ?? ''
})
afterAll(async () => {
  await running.close()
  rmSync(home, { recursive: true, force: true, maxRetries: 3 })
})

interface Ending {
  /** 0 when this side hung up. */
  status: number
  /** What came, as it came. */
  body: string
}

const chance = (share: number) => Math.random() < share
const words = (count: number) => Array.from({ length: count }, () => Math.random().toString(36).slice(2, 7)).join(' ')

/** A chat request over a connection of its own. Resolves once, whatever happens; `hangUpMs` cuts it. */
function ask(more: object, hangUpMs: number | null = null): Promise<Ending> {
  const json = JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: words(20) }], ...more })
  return new Promise((resolve, reject) => {
    const call = request(`${base}/v1/chat/completions`, { method: 'POST', agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (text: string) => (body += text))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
      response.on('error', (error) => (hangUpMs === null ? reject(error) : resolve({ status: 0, body })))
    })
    call.on('error', (error) => (hangUpMs === null ? reject(error) : resolve({ status: 0, body: '' })))
    call.end(json)
    if (hangUpMs !== null) setTimeout(() => call.destroy(), hangUpMs)
  })
}

/** The code of the error that an ending tells; null for an answer. */
function errorCode({ status, body }: Ending): string | null {
  const lines = body.split('\n\n').filter((line) => line !== '')
  const last = status === 200 && body.startsWith('data: ') ? (lines.at(-1) ?? '').slice('data: '.length) : body
  if (last === '[DONE]') return null
  // What this server answers: an error object, or a completion.
  const { error, choices } = JSON.parse(last) as { error?: { code: string }; choices?: unknown[] }
  if (error) return error.code
  if (choices?.length !== 1) throw new Error(`neither an answer nor an error: ${body.slice(-300)}`)
  return null
}

function loaded(): LoadedModel | undefined {
  return running.core.pool.loadedModels().find(({ model }) => model === MODEL)
}

/** Open files and sockets; where they can't be counted, always 0. */
function handles(processId: number): number {
  return process.platform === 'linux' ? readdirSync(`/proc/${processId}/fd`).length : 0
}

async function atRest() {
  await vi.waitFor(
    () => {
      const model = loaded()
      expect(model).toMatchObject({ state: 'ready', active: 0, queued: 0 })
      expect(model?.slots.every(({ state }) => state === 'idle')).toBe(true)
    },
    { timeout: HANG_MS, interval: 200 },
  )
  // Memory is told with the next heartbeat.
  await sleep(2500)
  collectGarbage()
  const model = loaded()
  return {
    engineBytes: (model?.memoryBytes ?? 0) - (model?.stateMemoryBytes ?? 0),
    engineHandles: handles(model?.processId ?? process.pid),
    ownHandles: handles(process.pid),
    ownBytes: process.memoryUsage().heapUsed,
  }
}

/** A request that is cut at a random moment: before, while or after its prompt is read, or while it is answered. */
function aborted(): Promise<Ending> {
  const long = chance(0.4)
  return ask(
    {
      stream: chance(0.7),
      max_tokens: chance(0.2) ? 1 : 200,
      messages: [{ role: 'user', content: words(long ? 400 : 10) }],
    },
    Math.random() * (long ? 2500 : 1200),
  )
}

async function abortMany(count: number): Promise<void> {
  let left = count
  const client = async () => {
    while (left-- > 0) await aborted()
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
}

describe('an engine that is used hard', () => {
  it(
    `is back where it was after ${aborts} requests that were aborted at random moments`,
    { timeout: 300_000 + aborts * 2000 },
    async () => {
      expect(errorCode(await ask({ max_tokens: 8 }))).toBeNull()
      // What is allocated once, at the first long prompt and the first full house, counts for no leak.
      await Promise.all(
        Array.from({ length: CLIENTS }, () =>
          ask({ max_tokens: 8, messages: [{ role: 'user', content: words(400) }] }),
        ),
      )
      await abortMany(CLIENTS)
      const before = await atRest()
      await abortMany(aborts)
      const after = await atRest()
      expect(after.engineHandles).toBeLessThanOrEqual(before.engineHandles + 2)
      expect(after.ownHandles).toBeLessThanOrEqual(before.ownHandles + 2)
      expect(after.engineBytes / before.engineBytes).toBeLessThan(1.2)
      expect(after.ownBytes - before.ownBytes).toBeLessThan(32e6)
      expect(errorCode(await ask({ max_tokens: 8, stream: true }))).toBeNull()
    },
  )

  it(
    `answers or says why, to ${CLIENTS} clients for ${seconds} seconds, however often its process is killed`,
    { timeout: 300_000 + seconds * 2000 },
    async () => {
      const until = performance.now() + seconds * 1000
      const codes: (string | null)[] = []
      let kills = 0
      const client = async () => {
        while (performance.now() < until) {
          const hung = AbortSignal.timeout(HANG_MS)
          const ending = await Promise.race([
            ask({ stream: chance(0.5), max_tokens: 4 + Math.floor(Math.random() * 60) }),
            new Promise<never>((_resolve, reject) => {
              hung.addEventListener('abort', () => reject(new Error(`no ending after ${HANG_MS} ms`)))
            }),
          ])
          const code = errorCode(ending)
          codes.push(code)
          // A refusal comes at once: without a pause it would be asked for all the time.
          if (code !== null) await sleep(50)
        }
      }
      const killer = async () => {
        while (performance.now() < until) {
          await sleep(300 + Math.random() * 4000)
          const processId = loaded()?.processId ?? null
          if (processId === null) {
            // One that died too often is put aside; a person would let it be tried again.
            await running.client.engines.release({ model: MODEL })
            continue
          }
          try {
            process.kill(processId, 'SIGKILL')
            kills++
          } catch {
            // It had ended by itself.
          }
        }
      }
      await Promise.all([...Array.from({ length: CLIENTS }, client), killer()])
      expect(kills).toBeGreaterThan(0)
      const errors = codes.filter((code) => code !== null)
      expect(errors.filter((code) => !EXPECTED.has(code))).toEqual([])
      await running.client.engines.release({ model: MODEL })
      await vi.waitFor(async () => expect(errorCode(await ask({ max_tokens: 8 }))).toBeNull(), {
        timeout: HANG_MS,
        interval: 500,
      })
    },
  )
})

/** What a killed engine may be told as. */
const EXPECTED: ReadonlySet<string> = new Set([
  'engine_crashed',
  'model_quarantined',
  'model_evicted',
  'model_load_failed',
  'queue_full',
])
