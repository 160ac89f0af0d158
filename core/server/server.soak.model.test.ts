import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { askAll } from './clients.testing.ts'
import { type Held, type Inspected, startInspected } from './inspected.testing.ts'

/** `npm run soak` asks for 200 clients and for two minutes. */
const clients = Number(process.env['HEARTH_SOAK_CLIENTS'] ?? 24)
const seconds = Number(process.env['HEARTH_SOAK_CLIENT_SECONDS'] ?? 6)
/** For what still runs when the last client has gone. */
const REST_MS = 60_000
/** What may be more than after the clients of a warm-up: heaps and what is freed late are not exact. */
const BOUNDS = { heapBytes: 16e6, residentBytes: 96e6, sockets: 0, handles: 4 }
/** Of every hundred answers of /health, the slowest may take longer. */
const HEALTH_MS = 100

/** Asks for /health every 50 ms, in a thread of its own, which no client holds up. */
const PROBER = `
const { parentPort, workerData } = require('node:worker_threads')
const { get } = require('node:http')
const times = []
const late = []
let failed = 0
let due = performance.now() + 50
const timer = setInterval(() => {
  const begun = performance.now()
  late.push(begun - due)
  due = begun + 50
  get(workerData + '/health', { agent: false }, (response) => {
    response.resume().on('end', () => times.push(performance.now() - begun))
  }).on('error', () => failed++)
}, 50)
parentPort.once('message', () => {
  clearInterval(timer)
  setTimeout(() => parentPort.postMessage({ times, late, failed }), 2000)
})`

interface Probed {
  /** How long each answer took; ms. */
  times: number[]
  /** How late the prober itself was, which says how busy the machine is; ms. */
  late: number[]
  failed: number
}

/** What so large a share of the values does not exceed. */
function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? Number.NaN
}

const home = mkdtempSync(join(tmpdir(), 'hearth-soak-'))
let server: Inspected

beforeAll(async () => {
  // A queue that fills up, so that some are turned away.
  server = await startInspected(home, { HEARTH_MAX_QUEUE: String(Math.ceil(clients / 3)) })
})
afterAll(async () => {
  await server.stop()
  rmSync(home, { recursive: true, force: true, maxRetries: 3 })
})

/** Sums of the figures that say what the server does now. */
async function busy() {
  const text = await (await fetch(`${server.url}/metrics`, { headers: { connection: 'close' } })).text()
  const sum = (name: string) =>
    [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\d+)$`, 'gm'))].reduce((all, [, n]) => all + Number(n), 0)
  return {
    inFlight: sum('hearth_requests_in_flight'),
    active: sum('hearth_model_active'),
    queued: sum('hearth_model_queued'),
  }
}

async function atRest(): Promise<Held> {
  await vi.waitFor(async () => expect(await busy()).toEqual({ inFlight: 0, active: 0, queued: 0 }), {
    timeout: REST_MS,
    interval: 250,
  })
  // Connections that were kept alive end by themselves.
  await vi.waitFor(async () => expect((await server.held()).sockets).toBeLessThanOrEqual(1), {
    timeout: REST_MS,
    interval: 250,
  })
  await sleep(1000)
  return server.held()
}

async function capital(): Promise<string> {
  const response = await fetch(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { connection: 'close' },
    body: JSON.stringify({
      model: 'smollm2:135m',
      messages: [{ role: 'user', content: 'What is the capital of France?' }],
      temperature: 0,
      max_tokens: 30,
    }),
  })
  return response.text()
}

function startProber() {
  const worker = new Worker(PROBER, { eval: true, workerData: server.url })
  return {
    stop: () =>
      new Promise<Probed>((resolve) => {
        worker.once('message', (told: Probed) => {
          void worker.terminate()
          resolve(told)
        })
        worker.postMessage('stop')
      }),
  }
}

describe('a server that is used hard', () => {
  it(
    `answers ${clients} clients for ${seconds} seconds, a third of whom hang up, and is back where it was`,
    { timeout: 900_000 + seconds * 4000 },
    async () => {
      expect(await capital()).toContain('Paris')
      // What is allocated once, at the first full house, counts for no leak.
      await askAll(server.url, clients, Math.min(30, seconds))
      const before = await atRest()
      const prober = startProber()
      const { outcomes, paths, longestMs, wrong } = await askAll(server.url, clients, seconds)
      const health = await prober.stop()
      const after = await atRest()

      const slow = quantile(health.times, 0.99)
      const ms = (value: number) => `${value.toFixed(1)} ms`
      const mb = (of: keyof Held) => `${(before[of] / 1e6).toFixed(1)} → ${(after[of] / 1e6).toFixed(1)} MB`
      const rows = {
        clients: `${clients} for ${seconds} s, ${Math.ceil(clients / 3)} of them hang up`,
        requests: Object.entries(outcomes)
          .map(([outcome, count]) => `${count} ${outcome}`)
          .join(', '),
        'longest request': ms(longestMs),
        'health, median': ms(quantile(health.times, 0.5)),
        'health, 99 of 100': `${ms(slow)}   ≤ ${HEALTH_MS}: ${slow <= HEALTH_MS ? 'yes' : 'NO'}`,
        'health, slowest': `${ms(quantile(health.times, 1))} of ${health.times.length}`,
        'prober late, 99': ms(quantile(health.late, 0.99)),
        'heap of the core': mb('heapBytes'),
        'memory of the core': mb('residentBytes'),
        'sockets of the core': `${before.sockets} → ${after.sockets}`,
        'files and sockets': `${before.handles} → ${after.handles}`,
      }
      const lines = Object.entries(rows).map(([name, value]) => `  ${name.padEnd(20)}${value}`)
      process.stdout.write(`\nA server that is used hard\n${lines.join('\n')}\n`)

      expect(wrong).toEqual([])
      expect(health.failed).toBe(0)
      expect(outcomes.answered).toBeGreaterThan(0)
      expect(outcomes['hung up']).toBeGreaterThan(0)
      expect(paths.size).toBeGreaterThan(3)
      for (const [of, bound] of Object.entries(BOUNDS)) {
        const key = of as keyof Held // BOUNDS has the names of Held
        expect(after[key] - before[key], of).toBeLessThanOrEqual(bound)
      }
      expect(await capital()).toContain('Paris')
    },
  )
})
